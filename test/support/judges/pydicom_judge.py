"""Reads DICOM files with pydicom and prints one JSON line per file: data set, file meta, frames.

Paths come in on stdin, one a line. Binary values are given as {"sha256", "bytes"}. An element that pydicom can't
convert becomes {"vr", "failed"}; a file that it can't read {"path", "failed"}.
"""
import hashlib
import json
import math
import sys
import warnings

import pydicom
from pydicom import datadict
from pydicom.dataset import Dataset
from pydicom.encaps import generate_pixel_data_frame, get_frame_offsets
from pydicom.filebase import DicomBytesIO

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)
# Private dictionaries differ from reader to reader; without one, private values in implicit VR are UN.
datadict.private_dictionaries.clear()


def digest(value):
    return {"sha256": hashlib.sha256(value).hexdigest(), "bytes": len(value)}


def plain(value):
    """JSON has no NaN and Infinity; an over-long int or float keeps its text."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(getattr(value, "value", value))


def element_json(element):
    if element.VR == "SQ":
        return {"vr": "SQ", "Value": [data_set_json(item) for item in element.value]}
    if isinstance(element.value, bytes):
        return {"vr": str(getattr(element.VR, "value", element.VR)), **digest(element.value)}
    return plain(element.to_json_dict(None, 0))


def data_set_json(data_set):
    found = {}
    for tag in list(data_set.keys()):
        if tag.element == 0:
            continue
        try:
            found[f"{tag:08X}"] = element_json(data_set[tag])
        except Exception as error:  # the judge's own limits are part of its verdict
            found[f"{tag:08X}"] = {"vr": "??", "failed": type(error).__name__}
    return found


def frames_json(data_set):
    if "PixelData" not in data_set or not data_set["PixelData"].is_undefined_length:
        return None
    try:
        pixels = data_set.PixelData
        offsets = DicomBytesIO(pixels)
        offsets.is_little_endian = True
        table = get_frame_offsets(offsets)[1]
        count = int(data_set.get("NumberOfFrames", 1) or 1)
        return {
            "offsets": list(table),
            "frames": [digest(frame) for frame in generate_pixel_data_frame(pixels, count)],
        }
    except Exception as error:
        return {"failed": type(error).__name__}


def judge(path):
    try:
        with open(path, "rb") as file:
            data_set = pydicom.dcmread(file, force=True)
            return {
                "path": path,
                "meta": data_set_json(data_set.file_meta if hasattr(data_set, "file_meta") else Dataset()),
                "dataSet": data_set_json(data_set),
                "frames": frames_json(data_set),
            }
    except Exception as error:
        return {"path": path, "failed": type(error).__name__}


for line in sys.stdin:
    print(json.dumps(judge(line.rstrip("\n"))), flush=True)

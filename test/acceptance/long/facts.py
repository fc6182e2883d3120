"""Prints one JSON line per file named on stdin: its identifiers and its frames as stored, as pydicom reads them.

Usage: facts.py <folder of the files>. Native frames in big endian, of single bits, or of a length that doesn't divide are
left out; so are encapsulated ones that pydicom can't cut.
"""

import hashlib
import json
import os
import sys
import warnings

import pydicom
from pydicom.encaps import generate_pixel_data_frame

warnings.simplefilter("ignore")

UIDS = {
    "study": "StudyInstanceUID",
    "series": "SeriesInstanceUID",
    "instance": "SOPInstanceUID",
}
BIG = "1.2.840.10008.1.2.2"


def frames_of(data_set, syntax):
    if "PixelData" not in data_set:
        return []
    count = int(data_set.get("NumberOfFrames") or 1)
    element = data_set["PixelData"]
    if element.is_undefined_length:
        return list(generate_pixel_data_frame(element.value, count))
    bits = int(data_set.get("BitsAllocated") or 0)
    numbers = [data_set.get(word) or 0 for word in ("Rows", "Columns", "SamplesPerPixel")]
    size = numbers[0] * numbers[1] * numbers[2] * bits // 8
    sampled = "422" in str(data_set.get("PhotometricInterpretation", ""))
    if syntax == BIG or bits % 8 or sampled or size == 0 or size * count > len(element.value):
        return []
    return [element.value[at * size : (at + 1) * size] for at in range(count)]


def facts(path):
    data_set = pydicom.dcmread(path, force=True)
    syntax = str(data_set.file_meta.get("TransferSyntaxUID", ""))
    found = {key: str(data_set.get(word, "")).strip("\0 ") for key, word in UIDS.items()}
    try:
        frames = frames_of(data_set, syntax)
    except Exception:  # pydicom's own limits say nothing about the archive
        frames = []
    ends = [frames[0], frames[-1]] if frames else []
    digests = [hashlib.sha256(bytes(frame)).hexdigest() for frame in ends]
    return {**found, "transferSyntax": syntax, "frames": len(frames), "ends": digests}


for line in sys.stdin:
    name = line.rstrip("\n")
    print(json.dumps({"name": name, **facts(os.path.join(sys.argv[1], name))}), flush=True)

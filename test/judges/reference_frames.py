"""Lays out, for the files named on stdin, the encoded frames (cut by pydicom) and what DCMTK, GDCM or Pillow decode them to.

Usage: reference_frames.py <folder of the files> <folder to write to>. Prints one JSON object per file.
"""

import io
import json
import os
import subprocess
import sys
import warnings

import pydicom
from PIL import Image
from pydicom.encaps import generate_pixel_data_frame

warnings.simplefilter("ignore")

RAW = ["gdcmconv", "--raw"]
DECODERS = {
    "1.2.840.10008.1.2.5": [["dcmdrle", "+te"], RAW],
    "1.2.840.10008.1.2.4.80": [["dcmdjpls", "+te"], RAW],
    "1.2.840.10008.1.2.4.81": [["dcmdjpls", "+te"], RAW],
    "1.2.840.10008.1.2.4.90": [RAW],
    "1.2.840.10008.1.2.4.91": [RAW],
    "1.2.840.10008.1.2.4.201": [],
    "1.2.840.10008.1.2.8.1": [],
    "1.2.840.10008.1.2.2": [["dcmconv", "+te"]],
}
# "+cg" lets libjpeg guess from the stream whether it is YCbCr; without it the data set is believed.
JPEG = [["dcmdjpeg", "+te"], ["dcmdjpeg", "+te", "+cg"], RAW]
NUMBERS = {
    "rows": "Rows",
    "columns": "Columns",
    "samplesPerPixel": "SamplesPerPixel",
    "bitsAllocated": "BitsAllocated",
    "bitsStored": "BitsStored",
    "pixelRepresentation": "PixelRepresentation",
    "planarConfiguration": "PlanarConfiguration",
}


def described(data_set):
    numbers = {key: int(data_set.get(word) or 0) for key, word in NUMBERS.items()}
    kind = str(data_set.get("PhotometricInterpretation", ""))
    value = data_set["PixelData"].VR
    return {**numbers, "photometricInterpretation": kind, "pixelDataVr": value}


def frames_of(data_set):
    count = int(data_set.get("NumberOfFrames") or 1)
    element = data_set["PixelData"]
    if element.is_undefined_length:
        return list(generate_pixel_data_frame(element.value, count))
    size = len(element.value) // count
    return [element.value[at * size : (at + 1) * size] for at in range(count)]


def converted(path, syntax, folder):
    """What each tool that can convert the file makes of its pixels."""
    for command in DECODERS.get(syntax, JPEG):
        target = os.path.join(folder, "judged.dcm")
        if os.path.exists(target):
            os.remove(target)
        done = subprocess.run([*command, path, target], capture_output=True, timeout=120)
        if done.returncode == 0 and os.path.exists(target):
            native = pydicom.dcmread(target, force=True)
            if not native.file_meta.TransferSyntaxUID.is_compressed:
                yield " ".join(command), native.PixelData, described(native)


def drawn(frames, description):
    """Eight-bit JPEG 2000 and HTJ2K, as Pillow reads them."""
    images = [Image.open(io.BytesIO(frame)) for frame in frames]
    by_pixel = {**description, "planarConfiguration": 0}
    return "pillow", b"".join(image.tobytes() for image in images), by_pixel


def laid_out(root, name, folder):
    path = os.path.join(root, name)
    data_set = pydicom.dcmread(path, force=True)
    syntax = str(data_set.file_meta.TransferSyntaxUID)
    description = described(data_set)
    frames = frames_of(data_set)
    for at, frame in enumerate(frames):
        with open(os.path.join(folder, f"frame-{at}"), "wb") as file:
            file.write(frame)
    judgements = list(converted(path, syntax, folder))
    if not judgements and description["bitsAllocated"] == 8 and ".1.2.4." in syntax:
        judgements = [drawn(frames, description)]
    for at, (_, native, _) in enumerate(judgements):
        with open(os.path.join(folder, f"native-{at}"), "wb") as file:
            file.write(native)
    return {
        "transferSyntax": syntax,
        "description": description,
        "frames": len(frames),
        "judges": [{"judge": one[0], "description": one[2]} for one in judgements],
    }


def main():
    root, target = sys.argv[1:3]
    for at, line in enumerate(sys.stdin):
        name = line.rstrip("\n")
        folder = os.path.join(target, str(at))
        os.makedirs(folder)
        try:
            facts = laid_out(root, name, folder)
        except Exception as fault:  # a file that pydicom can't cut into frames is part of the answer
            facts = {"unreadable": f"{type(fault).__name__}: {fault}"[:100]}
        print(json.dumps({"name": name, "folder": folder, **facts}), flush=True)


main()

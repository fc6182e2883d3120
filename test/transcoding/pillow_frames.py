"""Writes the frames of a JPEG 2000 file as Pillow decodes them, by pixel and little endian: <file> <output>. Unsigned ones alone."""

import io
import sys

import pydicom
from PIL import Image
from pydicom.encaps import generate_pixel_data_frame

data_set = pydicom.dcmread(sys.argv[1], force=True)
if data_set.PixelRepresentation != 0:
    sys.exit("signed samples are not for Pillow")
count = int(data_set.get("NumberOfFrames") or 1)
with open(sys.argv[2], "wb") as output:
    for frame in generate_pixel_data_frame(data_set.PixelData, count):
        output.write(Image.open(io.BytesIO(frame)).tobytes())

"""Writes each DICOM file again for another patient and under new UIDs, and says of both what their pixels are.

Lines on stdin are a file and where its copy goes, with a tab between them. One JSON line comes out for each: the SHA-256 of
the pixels without padding (null: none, or it can't be said), their length, whether they are all of one value, the shape
that native pixels have, and the SOP Instance UID of the file and of its copy. Native files in Implicit VR are written in
Explicit VR, so that nothing but the pixels stays the same.
"""
import hashlib
import json
import sys
import warnings

import pydicom
from pydicom.encaps import generate_pixel_data_fragment, get_frame_offsets
from pydicom.filebase import DicomBytesIO
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

warnings.simplefilter("ignore")


def fragments_of(value):
    """All fragments behind the table of offsets, one after the other."""
    stream = DicomBytesIO(value)
    stream.is_little_endian = True
    get_frame_offsets(stream)
    return b"".join(generate_pixel_data_fragment(stream))


def native_bytes(ds):
    bits = ds.Rows * ds.Columns * ds.get("SamplesPerPixel", 1) * ds.BitsAllocated
    if ds.get("PhotometricInterpretation") in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        bits = ds.Rows * ds.Columns * 2 * ds.BitsAllocated
    frames = int(ds.get("NumberOfFrames", 1) or 1)
    return (bits * frames + 7) // 8


def pixels_of(ds):
    syntax = ds.file_meta.TransferSyntaxUID
    if syntax.is_encapsulated:
        return fragments_of(ds.PixelData), "coded"
    return ds.PixelData[: native_bytes(ds)], f"native {ds.Rows} {ds.Columns} {ds.BitsAllocated}"


def judge(source, target):
    ds = pydicom.dcmread(source)
    instance = str(ds.SOPInstanceUID)
    pixels, shape = pixels_of(ds)
    ds.PatientID = "COPY"
    ds.PatientName = "Copy^Of"
    ds.StudyInstanceUID = generate_uid(entropy_srcs=[str(ds.StudyInstanceUID), "copy"])
    ds.SeriesInstanceUID = generate_uid(entropy_srcs=[str(ds.SeriesInstanceUID), source, "copy"])
    ds.SOPInstanceUID = generate_uid(entropy_srcs=[source, "copy"])
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    if ds.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian:
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds.is_implicit_VR = False
    ds.save_as(target, write_like_original=False)
    return {
        "sha256": hashlib.sha256(shape.encode() + b"\0" + pixels).hexdigest(),
        "bytes": len(pixels),
        "flat": shape != "coded" and len(set(pixels)) < 2,
        "instance": instance,
        "copy": str(ds.SOPInstanceUID),
    }


for line in sys.stdin:
    source, target = line.rstrip("\n").split("\t")
    try:
        verdict = judge(source, target)
    except Exception as error:
        verdict = {"failed": f"{type(error).__name__} {error}"[:200]}
    print(json.dumps(verdict), flush=True)

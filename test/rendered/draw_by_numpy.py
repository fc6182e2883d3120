"""Draws one frame of a grey image as PS3.3 C.11 says, in floating point, for files whose grey values lie in functional groups.

Usage: draw_by_numpy.py <file> <frame from 0> <target>. Writes a binary PGM, or a PPM with a supplemental palette.
"""

import sys
import warnings

import numpy
import pydicom

warnings.simplefilter("ignore")


def macro(data_set, frame, keyword):
    """The item of a functional group that holds for the frame, else the data set itself."""
    groups = []
    if "PerFrameFunctionalGroupsSequence" in data_set:
        groups.append(data_set.PerFrameFunctionalGroupsSequence[frame])
    if "SharedFunctionalGroupsSequence" in data_set:
        groups.extend(data_set.SharedFunctionalGroupsSequence[:1])
    for group in groups:
        if group.get(keyword):
            return group[keyword].value[0]
    return data_set


def first(value):
    return float(value[0] if isinstance(value, (list, pydicom.multival.MultiValue)) else value)


def measured(data_set, frame, stored):
    item = macro(data_set, frame, "PixelValueTransformationSequence")
    return stored * float(item.get("RescaleSlope", 1)) + float(item.get("RescaleIntercept", 0))


def windowed(data_set, frame, values):
    item = macro(data_set, frame, "FrameVOILUTSequence")
    if "WindowCenter" not in item:
        least, greatest = values.min(), values.max()
        return (values - least) / (greatest - least) if greatest > least else values * 0
    center, width = first(item.WindowCenter), first(item.WindowWidth)
    shape = item.get("VOILUTFunction", "LINEAR")
    if shape == "SIGMOID":
        return 1 / (1 + numpy.exp(-4 * (values - center) / width))
    if shape == "LINEAR_EXACT":
        return (values - center) / width + 0.5
    return (values - (center - 0.5)) / (width - 1) + 0.5 if width > 1 else values > center - 0.5


def palette(data_set, stored):
    channels = []
    for colour in ("Red", "Green", "Blue"):
        entries, least, bits = data_set[f"{colour}PaletteColorLookupTableDescriptor"].value
        data = numpy.frombuffer(data_set[f"{colour}PaletteColorLookupTableData"].value, "<u2")
        at = numpy.clip(stored.astype(int) - least, 0, (entries or 65536) - 1)
        channels.append(data[at] >> (bits - 8))
    return least, numpy.stack(channels, axis=-1)


def main():
    path, frame, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    data_set = pydicom.dcmread(path, force=True)
    stored = data_set.pixel_array
    stored = (stored[frame] if int(data_set.get("NumberOfFrames") or 1) > 1 else stored).astype(float)
    share = numpy.clip(windowed(data_set, frame, measured(data_set, frame, stored)), 0, 1)
    is_inverse = data_set.get("PresentationLUTShape") == "INVERSE" or (
        "PresentationLUTShape" not in data_set and data_set.PhotometricInterpretation == "MONOCHROME1"
    )
    grey = numpy.rint((1 - share if is_inverse else share) * 255).astype("u1")
    rows, columns = stored.shape
    kind = b"P5"
    if data_set.get("PixelPresentation") == "COLOR" and "RedPaletteColorLookupTableDescriptor" in data_set:
        least, colours = palette(data_set, stored)
        grey = numpy.where((stored >= least)[..., None], colours, grey[..., None]).astype("u1")
        kind = b"P6"
    with open(target, "wb") as file:
        file.write(kind + f"\n{columns} {rows}\n255\n".encode() + grey.tobytes())


main()

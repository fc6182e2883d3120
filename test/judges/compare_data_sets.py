"""Compares data sets as pydicom reads them. Each line of stdin is a JSON object {"name", "original", "ours", "decoded"}.

Prints for each line {"name", "differences"}: where `original` and `ours` differ in anything but their encoding. With
"decoded": true the Pixel Data itself and the attributes that decoding changes are left out, since frames have judges of their own.
"""

import json
import subprocess
import sys
import tempfile
import warnings

import pydicom

warnings.simplefilter("ignore")

BYTES = {"OB", "OW", "OB or OW", "UN", "US or OW", "US or SS or OW"}
WORDS = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
DECODING_CHANGES = {0x7FE00001, 0x7FE00002, 0x7FE00003, 0x7FE00010, 0x00280004, 0x00280006}
DIFFERENCES_MAX = 20


def tags(data_set):
    return {int(tag) for tag in data_set.keys() if tag.element != 0}


def little(element, is_big):
    """The bytes of a binary value in little endian."""
    value = bytes(element.value or b"")
    size = WORDS.get(element.VR, 1)
    if element.tag == 0x7FE00010 and element.VR == "OB" and is_big == "words":
        size = 2
    if not is_big or size == 1:
        return value
    count = len(value) // size
    whole = value[: count * size]
    swapped = b"".join(whole[at : at + size][::-1] for at in range(0, len(whole), size))
    return swapped + value[count * size :]


def same(one, other, is_big):
    if isinstance(one.value, (bytes, type(None))) and isinstance(other.value, (bytes, type(None))):
        ours = bytes(other.value or b"")
        theirs = little(one, is_big)
        return ours == theirs or ours == theirs + b"\0"
    if one.VR != other.VR and not {one.VR, other.VR} <= BYTES:
        return False
    return repr(one.value) == repr(other.value)


def differences(original, ours, is_big, decoded, path=""):
    found = []
    skipped = DECODING_CHANGES if decoded and 0x7FE00010 in original else set()
    for tag in sorted((tags(original) | tags(ours)) - skipped):
        place = f"{path}{tag:08X}"
        if tag not in original or tag not in ours:
            found.append(f"{place} {'added' if tag in ours else 'missing'}")
            continue
        one, other = original[tag], ours[tag]
        if one.VR == "SQ" and other.VR == "SQ":
            if len(one.value) != len(other.value):
                found.append(f"{place} items {len(one.value)} {len(other.value)}")
                continue
            for at, (item, our_item) in enumerate(zip(one.value, other.value)):
                found += differences(item, our_item, is_big, decoded, f"{place}/{at}/")
        elif not same(one, other, is_big):
            found.append(f"{place} {one.VR} {other.VR} {str(one.value)[:40]!r} {str(other.value)[:40]!r}")
    return found[:DIFFERENCES_MAX]


def by_dcmtk(original, ours):
    """Against what dcmconv makes of the original; None when it can't read that."""
    with tempfile.NamedTemporaryFile(suffix=".dcm") as target:
        done = subprocess.run(["dcmconv", "+te", original, target.name], capture_output=True, timeout=120)
        if done.returncode != 0:
            return None
        return differences(pydicom.dcmread(target.name, force=True), ours, False, False)


def compared(line):
    original = pydicom.dcmread(line["original"], force=True)
    ours = pydicom.dcmread(line["ours"])
    is_big = not original.is_little_endian
    if is_big and (original.get("BitsAllocated") or 0) > 8:
        is_big = "words"
    meta = {
        tag
        for tag in tags(original.file_meta) | tags(ours.file_meta)
        if tag != 0x00020010 and original.file_meta.get(tag) != ours.file_meta.get(tag)
    }
    result = {
        "syntax": str(ours.file_meta.TransferSyntaxUID),
        "meta": sorted(f"{tag:08X}" for tag in meta),
        "differences": differences(original, ours, is_big, line["decoded"]),
    }
    if not line["decoded"]:
        result["dcmtk"] = by_dcmtk(line["original"], ours)
    return result


def main():
    for text in sys.stdin:
        line = json.loads(text)
        try:
            result = compared(line)
        except Exception as fault:  # what pydicom can't compare is part of the answer
            result = {"fault": f"{type(fault).__name__}: {fault}"[:200]}
        print(json.dumps({"name": line["name"], **result}), flush=True)


main()

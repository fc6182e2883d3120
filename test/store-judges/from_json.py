"""For each line `json<TAB>dcm` on the standard input: the attributes that pydicom reads otherwise from the file than from the JSON."""
import json
import sys
import warnings

import pydicom
from pydicom.dataset import Dataset

warnings.simplefilter("ignore")
# A private value in UN stays bytes: what pydicom knows of private attributes is not in the file.
pydicom.config.replace_un_with_known_vr = False
SKIPPED = (0x00080005, 0x7FE00001, 0x7FE00002)
BINARY = ("OB", "OD", "OF", "OL", "OV", "OW", "UN")


def plain(element):
    """A value that can be compared: numbers as floats, bytes without padding, empty values as None."""
    value = element.value
    if element.VR == "SQ":
        return [flat(item) for item in value]
    if element.VR in BINARY:
        return (value or b"").rstrip(b"\0").hex()
    if value is None or value == "" or value == []:
        return None
    values = value if element.VM > 1 else [value]
    return [one(element.VR, part) for part in values]


def one(vr, value):
    if vr in ("DS", "IS", "FL", "FD") and value not in (None, ""):
        try:
            return "%.8g" % float(value)
        except ValueError:
            pass
    return str(value).rstrip(" \0")


def without_bulk(dataset):
    """The JSON without attributes that name bulk data, in items too."""
    kept = {}
    for tag, element in dataset.items():
        if "BulkDataURI" in element:
            continue
        if element["vr"] == "SQ" and "Value" in element:
            element = {"vr": "SQ", "Value": [without_bulk(item) for item in element["Value"]]}
        kept[tag] = element
    return kept


def differs(told, read):
    """Whether anything that is told is read otherwise; what is only read was bulk data."""
    if isinstance(told, dict) and isinstance(read, dict):
        return any(differs(told[tag], read.get(tag)) for tag in told)
    if isinstance(told, list) and isinstance(read, list) and len(told) == len(read):
        return any(differs(one, other) for one, other in zip(told, read))
    return told != read


def flat(dataset):
    return {
        str(element.tag): plain(element)
        for element in dataset
        if int(element.tag) not in SKIPPED and element.tag.element != 0
    }


for line in sys.stdin:
    source, file = line.rstrip("\n").split("\t")
    with open(source) as opened:
        text = opened.read()
    try:
        told = flat(Dataset.from_json(json.dumps(without_bulk(json.loads(text)))))
        read = flat(pydicom.dcmread(file))
        differing = [
            f"{tag}: {told[tag]!r:.80} {read.get(tag)!r:.80}" for tag in told if differs(told[tag], read.get(tag))
        ]
        print(json.dumps(differing))
    except Exception as error:
        print(json.dumps([f"failed: {type(error).__name__} {error}"[:200]]))
    sys.stdout.flush()

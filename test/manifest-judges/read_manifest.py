"""Reads a Key Object Selection as pydicom does, and prints what its tree and its evidence say, as JSON."""
import json
import sys

import pydicom


def concept(item):
    names = item.get("ConceptNameCodeSequence")
    return names[0].CodeValue if names else ""


def value(item):
    kind = item.ValueType
    if kind == "CODE":
        return item.ConceptCodeSequence[0].CodeValue
    if kind == "NUM":
        return str(item.MeasuredValueSequence[0].NumericValue)
    if kind == "TEXT":
        return item.TextValue
    if kind == "UIDREF":
        return item.UID
    if kind == "DATE":
        return item.Date
    if kind == "TIME":
        return item.Time
    if kind in ("IMAGE", "WAVEFORM", "COMPOSITE"):
        return item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    return None


def tree(item):
    return {
        "relation": item.get("RelationshipType", ""),
        "type": item.ValueType,
        "concept": concept(item),
        "value": value(item),
        "content": [tree(child) for child in item.get("ContentSequence", [])],
    }


dataset = pydicom.dcmread(sys.argv[1])
evidence = dataset.CurrentRequestedProcedureEvidenceSequence[0]
print(
    json.dumps(
        {
            "sopClass": dataset.SOPClassUID,
            "instance": dataset.SOPInstanceUID,
            "metaInstance": dataset.file_meta.MediaStorageSOPInstanceUID,
            "study": dataset.StudyInstanceUID,
            "patient": dataset.PatientID,
            "issuer": dataset.IssuerOfPatientIDQualifiersSequence[0].UniversalEntityID,
            "name": str(dataset.PatientName),
            "modality": dataset.Modality,
            "template": dataset.ContentTemplateSequence[0].TemplateIdentifier,
            "evidence": [
                {
                    "series": series.SeriesInstanceUID,
                    "url": series.RetrieveURL,
                    "location": series.RetrieveLocationUID,
                    "instances": [each.ReferencedSOPInstanceUID for each in series.ReferencedSOPSequence],
                }
                for series in evidence.ReferencedSeriesSequence
            ],
            "tree": tree(dataset),
        }
    )
)

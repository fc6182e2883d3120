#!/usr/bin/env python3
"""Makes the sample studies of the demonstration from public test files.

Usage: make-samples.py <folder with the public files and their manifest.tsv>   (needs python3-pydicom)

The images stay as they were published. Every instance gets UIDs of its own, so that a sample never clashes with the
public file it comes from, and an invented patient; names of persons, places and private elements are taken out.
Running it again gives the same bytes.
"""

import csv
import hashlib
import sys
import uuid
from pathlib import Path

import pydicom

NAMESPACE = uuid.UUID("5f0a1c3e-7d42-4b7e-8a55-0c4f1e9d6b21")
HERE = Path(__file__).parent
ANNA = ("Muster^Anna", "19580314", "F")
KARL = ("Exempel^Karl", "19710922", "M")
EMILE = ("Échantillon^Émile", "19490501", "M")
LENA = ("Probe^Lena", "19900117", "F")

# hospital, study folder, patient, id at the hospital, accession number, files
STUDIES = [
    ("HOSP-A", "ct-abdomen", ANNA, "A-1001", "A2026-0001",
     ["dcmqi/ct-3slice__01.dcm", "dcmqi/02.dcm", "dcmqi/03.dcm"]),
    ("HOSP-A", "ct-small", KARL, "A-1002", "A2026-0002", ["pydicom/CT_small.dcm"]),
    ("HOSP-A", "report", ANNA, "A-1001", "A2026-0003", ["pydicom/test-SR.dcm"]),
    ("HOSP-A", "us-jpeg2000", EMILE, "A-1003", "A2026-0004", ["pydicom/examples_jpeg2k.dcm"]),
    ("HOSP-B", "mr-head", LENA, "B-77", "B2026-0101",
     [f"dcm_qa_toshiba/000{n}.dcm" for n in (1, 2, 3, 4)]),
    ("HOSP-B", "mr-enhanced", ANNA, "B-78", "B2026-0102", ["dcm_qa_enh/6_1.dcm"]),
    ("HOSP-B", "us-clip", KARL, "B-79", "B2026-0103", ["pydicom/examples_ybr_color.dcm"]),
    ("HOSP-C", "mr-rle", EMILE, "C-5", "C2026-0901", ["pydicom/MR_small_RLE.dcm"]),
    ("HOSP-C", "mr-liver", KARL, "C-7", "C2026-0903", ["pydicom/examples_overlay.dcm"]),
    ("HOSP-C", "dx-chest", LENA, "C-6", "C2026-0902", ["highdicom/dx_image.dcm"]),
]
GONE = [
    "PatientAddress", "PatientTelephoneNumbers", "OtherPatientIDs", "OtherPatientNames", "OtherPatientIDsSequence",
    "PatientBirthTime", "PatientComments", "AdditionalPatientHistory", "PatientMotherBirthName", "EthnicGroup",
    "Occupation", "InstitutionAddress", "InstitutionalDepartmentName", "StationName", "DeviceSerialNumber",
    "RequestAttributesSequence", "IssuerOfPatientIDQualifiersSequence", "ImageComments", "StudyComments",
]
# UIDs that the standard itself defines stay as they are.
STANDARD = "1.2.840.10008."


def own_uid(uid):
    return f"2.25.{uuid.uuid5(NAMESPACE, uid).int}"


def rewrite(dataset, element):
    if element.VR == "UI" and element.value:
        values = element.value if element.VM > 1 else [element.value]
        renamed = [str(uid) if str(uid).startswith(STANDARD) else own_uid(str(uid)) for uid in values]
        element.value = renamed if element.VM > 1 else renamed[0]
    elif element.VR == "PN" and element.value:
        element.value = "Demo^Physician"
    elif element.keyword in GONE:
        del dataset[element.tag]


def make(source, study, number):
    hospital, folder, (name, birth, sex), patient_id, accession, _ = study
    instance = pydicom.dcmread(source)
    instance.remove_private_tags()
    instance.walk(rewrite)
    if not name.isascii():
        instance.SpecificCharacterSet = "ISO_IR 192"
    instance.PatientName = name
    instance.PatientID = patient_id
    instance.IssuerOfPatientID = hospital
    instance.PatientBirthDate = birth
    instance.PatientSex = sex
    instance.AccessionNumber = accession
    instance.InstitutionName = f"Demo hospital {hospital[-1]}"
    instance.file_meta.MediaStorageSOPInstanceUID = instance.SOPInstanceUID
    for keyword in ("SourceApplicationEntityTitle", "SendingApplicationEntityTitle"):
        if keyword in instance.file_meta:
            del instance.file_meta[keyword]
    target = HERE / hospital / folder / f"{number:02}.dcm"
    target.parent.mkdir(parents=True, exist_ok=True)
    instance.save_as(target, write_like_original=False)
    return target


def main(public):
    with open(public / "manifest.tsv", encoding="utf-8") as file:
        manifest = {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}
    for study in STUDIES:
        for number, name in enumerate(study[5], start=1):
            row = manifest[name]
            target = make(public / name, study, number)
            digest = hashlib.sha256(target.read_bytes()).hexdigest()
            origin = f"{row['source_repo']} `{row['source_path']}`"
            print(f"| {target.relative_to(HERE)} | {target.stat().st_size} | {origin} | {row['licence']} | {digest[:16]} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

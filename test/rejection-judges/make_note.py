"""Writes a rejection note about one instance as pydicom makes it: make_note.py <image> <note> <code> <meaning>"""
import sys
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

image_path, note_path, code, meaning = sys.argv[1:]
image = dcmread(image_path, stop_before_pixels=True)
KOS = '1.2.840.10008.5.1.4.1.1.88.59'

meta = FileMetaDataset()
meta.MediaStorageSOPClassUID = KOS
meta.MediaStorageSOPInstanceUID = generate_uid()
meta.TransferSyntaxUID = ExplicitVRLittleEndian

title = Dataset()
title.CodeValue, title.CodingSchemeDesignator, title.CodeMeaning = code, 'DCM', meaning
reference = Dataset()
reference.ReferencedSOPClassUID = image.SOPClassUID
reference.ReferencedSOPInstanceUID = image.SOPInstanceUID
series = Dataset()
series.SeriesInstanceUID = image.SeriesInstanceUID
series.ReferencedSOPSequence = Sequence([reference])
study = Dataset()
study.StudyInstanceUID = image.StudyInstanceUID
study.ReferencedSeriesSequence = Sequence([series])
item = Dataset()
item.RelationshipType, item.ValueType = 'CONTAINS', 'IMAGE'
item.ReferencedSOPSequence = Sequence([reference])
template = Dataset()
template.MappingResource, template.TemplateIdentifier = 'DCMR', '2010'

note = Dataset()
note.file_meta = meta
for keyword in ('StudyInstanceUID', 'PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyDate', 'StudyTime',
                'AccessionNumber', 'ReferringPhysicianName', 'StudyID'):
    setattr(note, keyword, image.get(keyword, ''))
note.SOPClassUID, note.SOPInstanceUID = KOS, meta.MediaStorageSOPInstanceUID
note.SeriesInstanceUID = generate_uid()
note.Modality, note.SeriesNumber, note.InstanceNumber, note.Manufacturer = 'KO', '900', '1', 'pydicom'
note.ReferencedPerformedProcedureStepSequence = Sequence([])
note.ContentDate, note.ContentTime = '20260103', '101112'
note.CurrentRequestedProcedureEvidenceSequence = Sequence([study])
note.ValueType, note.ContinuityOfContent = 'CONTAINER', 'SEPARATE'
note.ConceptNameCodeSequence = Sequence([title])
note.ContentTemplateSequence = Sequence([template])
note.ContentSequence = Sequence([item])
note.save_as(note_path, enforce_file_format=True) if 'enforce_file_format' in note.save_as.__doc__ else note.save_as(note_path, write_like_original=False)

"""What pydicom makes of a file-set: the path of its DICOMDIR comes as argument, one JSON line goes out."""
import json
import sys
from pathlib import Path

from pydicom import dcmread
from pydicom.fileset import FileSet

directory = Path(sys.argv[1])
found = []
for node in FileSet(dcmread(directory)):
    path = Path(node.path)
    dataset = dcmread(path, stop_before_pixels=True)
    found.append(
        {
            "path": str(path.relative_to(directory.parent)),
            "type": node.node.record_type,
            "instance": str(node.SOPInstanceUID),
            "inFile": str(dataset.SOPInstanceUID),
            "study": str(node.StudyInstanceUID),
            "series": str(node.SeriesInstanceUID),
            "transferSyntax": str(node.TransferSyntaxUID)
            == str(dataset.file_meta.TransferSyntaxUID),
        }
    )
print(json.dumps(found))

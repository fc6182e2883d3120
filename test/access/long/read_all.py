"""Opens every study that a search finds, with urllib and pydicom: what each RetrieveURL gives, one JSON object a line.

Environment: ORIGIN, TOKEN, and OTHER_TOKEN of somebody to whom nothing of other hospitals may be given."""
import email
import email.policy
import hashlib
import io
import json
import os
import urllib.error
import urllib.request

import pydicom

DICOM = 'multipart/related; type="application/dicom"; transfer-syntax=*'


def ask(url, token, accept):
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers))


def status_of(url, token):
    try:
        with ask(url, token, DICOM) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def parts_of(answer):
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.read(), policy=email.policy.HTTP)
    for part in message.iter_parts():
        yield part["Content-Location"], part.get_payload(decode=True)


def instances_of(url, token):
    with ask(url, token, DICOM) as answer:
        for location, file in parts_of(answer):
            data_set = pydicom.dcmread(io.BytesIO(file))
            yield {
                "location": location,
                "study": data_set.StudyInstanceUID,
                "instance": data_set.SOPInstanceUID,
                "patient": data_set.PatientID,
                "sha256": hashlib.sha256(file).hexdigest(),
            }


def main():
    origin, token = os.environ["ORIGIN"], os.environ["TOKEN"]
    with ask(f"{origin}/dicom-web/studies", token, "application/dicom+json") as answer:
        rows = json.load(answer)
    for row in rows:
        url = row["00081190"]["Value"][0]
        found = {
            "url": url,
            "instances": list(instances_of(url, token)),
            "other": status_of(url, os.environ["OTHER_TOKEN"]),
        }
        print(json.dumps(found))


main()

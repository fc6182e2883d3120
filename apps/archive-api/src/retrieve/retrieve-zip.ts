import { setImmediate } from 'node:timers/promises';
import type { DicomJson } from '#dicom/dicom-json';
import { type Directory, directory } from '#dicom/dicomdir';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { uidOfUuid } from '#dicom/uid-of-uuid';
import { uuid5 } from '#events/uuid5';
import type { Answer } from '../answer.js';
import { ProblemException, retrieveTooLarge } from '../problem.js';
import { formOf } from './agree-on-form.js';
import { patient } from './conversion/patient.js';
import { ZIP } from './form-asked.js';
import { instanceHeader } from './instance-header.js';
import { type LocatedSeries, locateTarget } from './locate.js';
import { notConverted } from './not-converted.js';
import { type Chosen, contentName, isAsStored, openConverted } from './open-chosen.js';
import { withFreshPlaces } from './read-extracts.js';
import { streamInstance } from './read-instance.js';
import type { InstancesRequest, RetrieveInstancesPorts } from './retrieve-instances.js';
import { entityTagOfMany, isUnchanged, unchanged, validatorHeaders } from './validator.js';
import { writeZip, type ZipEntry } from './zip-stream.js';

/** A file-set has a directory that names them all; more instances are had series by series. */
const ZIP_INSTANCES_MAX = 20_000;
/** Headers that are read before others get their turn. */
const HEADERS_AT_ONCE = 16;
const FILE_SETS = '6f0f2c0e-3a0e-5f0d-9d0f-4c1f5f8a7b21';
/** As stored wherever that may go out, else Explicit VR Little Endian. */
const AS_STORED = {
  kind: 'instance',
  asked: { accept: 'application/dicom; transfer-syntax=*', acceptQuery: undefined },
  single: true,
} as const;

type FileOfSet = Chosen & Readonly<{ fileId: readonly string[] }>;

/** A study, series or instance as a file-set (PS3.10 §8) in a ZIP archive, with its DICOMDIR first. What can't be had is told before the first byte. */
export const retrieveZip = (
  ports: RetrieveInstancesPorts,
  request: InstancesRequest,
): Promise<Answer> => withFreshPlaces((fresh) => zipAnswer(ports, request, fresh));

async function zipAnswer(
  ports: RetrieveInstancesPorts,
  { target, ifNoneMatch }: InstancesRequest,
  fresh: boolean,
): Promise<Answer> {
  const files = await filesOf(ports, await locateTarget(ports, target, fresh));
  if (files.length > ZIP_INSTANCES_MAX)
    throw new ProblemException(retrieveTooLarge(`At most ${ZIP_INSTANCES_MAX} instances.`));
  const tag = entityTagOfMany([ZIP, ...files.map(contentName)]);
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const listed = await directoryOf(ports, files);
  const dicomdir = listed.file(uidOfUuid(uuid5(FILE_SETS, tag)));
  return {
    status: 200,
    headers: {
      ...validatorHeaders(tag),
      'content-type': ZIP,
      'content-disposition': 'attachment; filename="dicom.zip"',
    },
    body: writeZip([
      { name: 'DICOMDIR', bytes: dicomdir.length, open: async () => dicomdir },
      ...files.map((file) => entryOf(ports, file)),
    ]),
  };
}

/** PS3.10 §8.2: components of at most eight capitals, digits and underscores. */
async function filesOf(
  ports: RetrieveInstancesPorts,
  found: readonly LocatedSeries[],
): Promise<readonly FileOfSet[]> {
  const files: FileOfSet[] = [];
  for (const [seriesIndex, { view, instances }] of found.entries())
    for (const [index, instance] of instances.entries()) {
      const located = { view, instance };
      const offer = await formOf(ports, located, AS_STORED);
      const fileId = ['DICOM', component('SE', seriesIndex), component('IM', index)];
      files.push({ located, offer, fileId });
    }
  return files;
}

const component = (prefix: string, index: number): string =>
  `${prefix}${String(index + 1).padStart(6, '0')}`;

async function directoryOf(
  { readExtract }: RetrieveInstancesPorts,
  files: readonly FileOfSet[],
): Promise<Directory> {
  const listed = directory();
  for (const [index, { located, offer, fileId }] of files.entries()) {
    const { json } = await instanceHeader(readExtract, located);
    const { sopClass, instance } = located.instance;
    const transferSyntax = offer.transferSyntax ?? TransferSyntaxUid.ExplicitVRLittleEndian;
    const header = JSON.parse(json.toString()) as DicomJson;
    listed.add({ fileId, sopClass, instance, transferSyntax, header });
    if (index % HEADERS_AT_ONCE === 0) await setImmediate();
  }
  return listed;
}

const entryOf = (ports: RetrieveInstancesPorts, file: FileOfSet): ZipEntry => ({
  name: file.fileId.join('/'),
  bytes: isAsStored(file) ? file.located.instance.bytes : undefined,
  open: async () =>
    isAsStored(file) ? streamInstance(ports, file.located) : convertedBody(ports, file),
});

async function convertedBody(
  ports: RetrieveInstancesPorts,
  file: Chosen,
): Promise<AsyncIterable<Buffer>> {
  const opened = await openConverted({ ...ports, decode: patient(ports.decode) }, file);
  if (!opened.ok) throw new ProblemException(notConverted(opened.reason));
  return opened.body;
}

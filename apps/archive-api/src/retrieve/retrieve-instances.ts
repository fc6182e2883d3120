import type { FrameDecoder } from '#dicom/transcode';
import {
  multipartContentType,
  multipartLength,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import type { BufferLease, BufferPool } from '#platform/buffer-pool';
import type { ByteRange } from '#storage/object-store';
import type { Answer } from '../answer.js';
import type { AskedRange } from '../byte-ranges.js';
import { type Problem, ProblemException } from '../problem.js';
import { rangeAnswer } from '../range-answer.js';
import { readAhead } from '../read-ahead.js';
import { agreeOnForm, type FormPorts, formOf } from './agree-on-form.js';
import { boundaryOf } from './boundary.js';
import { addressOf, partHeaders } from './content-location.js';
import { patient } from './conversion/patient.js';
import { leasesOf } from './leases.js';
import {
  type LocatedInstance,
  type LocatedSeries,
  type LocatePorts,
  locate,
  locateInstance,
  type Target,
} from './locate.js';
import { notConverted } from './not-converted.js';
import {
  type Chosen,
  contentName,
  isAsStored,
  openChosen,
  openStored,
  storedInstead,
} from './open-chosen.js';
import { withFreshPlaces } from './read-extracts.js';
import type { ReadPorts } from './read-instance.js';
import type { Asked } from './representation.js';
import {
  entityTag,
  entityTagOfMany,
  isUnchanged,
  unchanged,
  validatorHeaders,
} from './validator.js';

/** `root` is the DICOMweb root as this client reaches it: Content-Location is absolute. */
export type InstancesRequest = Readonly<{
  target: Target;
  asked: Asked;
  ifNoneMatch: string | undefined;
  root: string;
  range?: AskedRange | undefined;
}>;

export type RetrieveInstancesPorts = LocatePorts &
  ReadPorts &
  FormPorts &
  Readonly<{ decode: FrameDecoder; buffers: BufferPool }>;

/** Of a list, instances are opened a few ahead. */
const READ_AHEAD = 4;

/** Retrieve Study, Series, Instance (PS3.18 §10.4.1.1). All forms are agreed on before the first byte. */
export const retrieveInstances = (
  ports: RetrieveInstancesPorts,
  request: InstancesRequest,
): Promise<Answer> => withFreshPlaces((fresh) => instancesOf(ports, request, fresh));

async function instancesOf(
  ports: RetrieveInstancesPorts,
  { target, asked, ifNoneMatch, root, range }: InstancesRequest,
  fresh: boolean,
): Promise<Answer> {
  const { series, instance } = target;
  if (series !== undefined && instance !== undefined) {
    const located = await locateInstance(ports, { ...target, series, instance }, fresh);
    const offer = await formOf(ports, located, { kind: 'instance', asked, single: true });
    const tag = instanceTag(located, offer, root);
    if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
    return oneAnswer(ports, { located, offer, address: addressOf(root, target) }, { tag, range });
  }
  const studyUrl = addressOf(root, { study: target.study });
  const chosen = await chooseAll(ports, await locate(ports, target), { asked, studyUrl });
  const tag = entityTagOfMany([root, ...chosen.list.map(contentName)]);
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  return manyAnswer(ports, chosen, tag);
}

/**
 * The form of each part is agreed on for itself (PS3.18 §8.7.8.1). What can't be had in any acceptable one is left out, and the
 * answer is 206 (§10.4.3.1); 406 when that is everything.
 */
async function chooseAll(
  ports: RetrieveInstancesPorts,
  found: readonly LocatedSeries[],
  { asked, studyUrl }: Readonly<{ asked: Asked; studyUrl: string }>,
): Promise<ChosenList> {
  const list: Addressed[] = [];
  let problem: Problem | undefined;
  for (const { seriesUid, view, instances } of found) {
    const instancesUrl = `${studyUrl}/series/${seriesUid}/instances`;
    for (const instance of instances) {
      const located = { view, instance };
      const choice = await agreeOnForm(ports, located, { kind: 'instance', asked, single: false });
      const address = `${instancesUrl}/${instance.instance}`;
      if (choice.ok) list.push({ located, offer: choice.offer, address });
      else problem ??= choice.problem;
    }
  }
  if (list.length === 0 && problem !== undefined) throw new ProblemException(problem);
  return { list, isWhole: problem === undefined };
}

/** An instance, and the address that its part goes under. */
type Addressed = Chosen & Readonly<{ address: string }>;

type ChosenList = Readonly<{ list: readonly Addressed[]; isWhole: boolean }>;

/** Addresses are among the bytes of a multipart answer. */
const instanceTag = (
  { instance }: LocatedInstance,
  { transferSyntax = '', multipart }: Offer,
  root: string,
): string =>
  multipart
    ? entityTagOfMany([root, instance.sha256, transferSyntax])
    : entityTag(instance.sha256, transferSyntax, 'single');

type Asking = Readonly<{ tag: string; range: AskedRange | undefined }>;

async function oneAnswer(
  ports: RetrieveInstancesPorts,
  chosen: Addressed,
  { tag, range }: Asking,
): Promise<Answer> {
  if (chosen.offer.multipart) return manyAnswer(ports, { list: [chosen], isWhole: true }, tag);
  const lease = ports.buffers.lease();
  const headers = {
    ...validatorHeaders(tag),
    'content-type': contentTypeOf(chosen.offer),
    'content-location': chosen.address,
  };
  if (isAsStored(chosen)) {
    const { bytes } = chosen.located.instance;
    const open = (part: ByteRange) => openStored(ports, chosen.located, { range: part, lease });
    return rangeAnswer({ tag, bytes, headers, open, sent: lease.end }, range);
  }
  const opened = await openChosen(ports, chosen, lease);
  if (!opened.ok) throw new ProblemException(notConverted(opened.reason));
  return { status: 200, headers, body: opened.body, sent: lease.end };
}

async function manyAnswer(
  ports: RetrieveInstancesPorts,
  { list, isWhole }: ChosenList,
  tag: string,
): Promise<Answer> {
  const boundary = boundaryOf(tag);
  const [first, ...others] = list;
  if (first === undefined) throw new Error('a series without instances is in the index');
  const { lease, dropAll } = leasesOf(ports.buffers);
  const opened = await openPart(ports, first, { lease, isAmongOthers: list.length > 1 }).catch(
    (error) => {
      dropAll();
      throw error;
    },
  );
  const late = { ...ports, decode: patient(ports.decode) };
  const open = (each: Addressed) => openPart(late, each, { lease, isAmongOthers: true });
  const parts = (async function* () {
    yield* untilTaken(opened);
    for await (const part of readAhead(others, open, READ_AHEAD)) yield* untilTaken(part);
  })();
  return {
    status: isWhole ? 200 : 206,
    headers: {
      ...validatorHeaders(tag),
      'content-type': multipartContentType(first.offer.mediaType, boundary),
      ...lengthHeader(list, boundary),
    },
    body: writeMultipart(parts, boundary),
    sent: dropAll,
  };
}

type LeasedPart = Readonly<{ part: OutgoingPart; lease: BufferLease }>;

type Opening = Readonly<{ lease: () => BufferLease; isAmongOthers: boolean }>;

/** Among others, an instance whose pixels turn out to be broken goes as it is stored: the rest shall not fail with it. */
async function openPart(
  ports: RetrieveInstancesPorts,
  chosen: Addressed,
  { lease: newLease, isAmongOthers }: Opening,
): Promise<LeasedPart> {
  const lease = newLease();
  const opened = await openChosen(ports, chosen, lease);
  if (opened.ok) return { part: { ...partHead(chosen), body: opened.body }, lease };
  const instead = isAmongOthers ? storedInstead(chosen, opened.reason) : undefined;
  if (instead === undefined) throw new ProblemException(notConverted(opened.reason));
  return openPart(ports, { ...chosen, ...instead }, { lease: newLease, isAmongOthers: false });
}

/** Whoever asks for the next part has sent this one: its buffer may be used again. */
function* untilTaken({ part, lease }: LeasedPart): Generator<OutgoingPart> {
  try {
    yield part;
  } finally {
    lease.end();
  }
}

const partHead = ({ offer, address }: Addressed) => ({
  headers: partHeaders(contentTypeOf(offer), address),
});

/** Known when every instance goes as it is stored. */
function lengthHeader(chosen: readonly Addressed[], boundary: string): Answer['headers'] {
  const measured = chosen.map((each) => ({ ...partHead(each), bytes: storedLength(each) ?? -1 }));
  return measured.some(({ bytes }) => bytes < 0)
    ? {}
    : { 'content-length': multipartLength(measured, boundary) };
}

const storedLength = (chosen: Chosen): number | undefined =>
  isAsStored(chosen) ? chosen.located.instance.bytes : undefined;

import type { FrameDecoder } from '#dicom/transcode';
import {
  multipartContentType,
  multipartLength,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import type { BufferLease, BufferPool } from '#platform/buffer-pool';
import type { Answer } from '../answer.js';
import { type Problem, ProblemException } from '../problem.js';
import { readAhead } from '../read-ahead.js';
import { agreeOnForm, type FormPorts, formOf } from './agree-on-form.js';
import { BOUNDARY } from './boundary.js';
import { patient } from './conversion/patient.js';
import {
  type LocatedInstance,
  type LocatedSeries,
  type LocatePorts,
  locate,
  locateInstance,
  type Target,
} from './locate.js';
import { notConverted } from './not-converted.js';
import { type Chosen, isAsStored, openChosen, storedInstead } from './open-chosen.js';
import { withFreshPlaces } from './read-extracts.js';
import type { ReadPorts } from './read-instance.js';
import type { Asked } from './representation.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from './validator.js';

export type InstancesRequest = Readonly<{
  target: Target;
  asked: Asked;
  ifNoneMatch: string | undefined;
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
  { target, asked, ifNoneMatch }: InstancesRequest,
  fresh: boolean,
): Promise<Answer> {
  const { series, instance } = target;
  if (series !== undefined && instance !== undefined) {
    const located = await locateInstance(ports, { ...target, series, instance }, fresh);
    const offer = await formOf(ports, located, { kind: 'instance', asked, single: true });
    const tag = instanceTag(located, offer);
    if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
    return oneAnswer(ports, { located, offer }, validatorHeaders(tag));
  }
  const chosen = await chooseAll(ports, await locate(ports, target), asked);
  return manyAnswer(ports, chosen, {});
}

/**
 * The form of each part is agreed on for itself (PS3.18 §8.7.8.1). What can't be had in any acceptable one is left out, and the
 * answer is 206 (§10.4.3.1); 406 when that is everything.
 */
async function chooseAll(
  ports: RetrieveInstancesPorts,
  found: readonly LocatedSeries[],
  asked: Asked,
): Promise<ChosenList> {
  const list: Chosen[] = [];
  let problem: Problem | undefined;
  for (const { view, instances } of found)
    for (const instance of instances) {
      const located = { view, instance };
      const choice = await agreeOnForm(ports, located, { kind: 'instance', asked, single: false });
      if (choice.ok) list.push({ located, offer: choice.offer });
      else problem ??= choice.problem;
    }
  if (list.length === 0 && problem !== undefined) throw new ProblemException(problem);
  return { list, isWhole: problem === undefined };
}

type ChosenList = Readonly<{ list: readonly Chosen[]; isWhole: boolean }>;

const instanceTag = ({ instance }: LocatedInstance, { transferSyntax, multipart }: Offer): string =>
  entityTag(instance.sha256, transferSyntax ?? '', multipart ? BOUNDARY : 'single');

async function oneAnswer(
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  headers: Answer['headers'],
): Promise<Answer> {
  if (chosen.offer.multipart) return manyAnswer(ports, { list: [chosen], isWhole: true }, headers);
  const lease = ports.buffers.lease();
  const opened = await openChosen(ports, chosen, lease);
  if (!opened.ok) throw new ProblemException(notConverted(opened.reason));
  const length = storedLength(chosen);
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': contentTypeOf(chosen.offer),
      ...(length === undefined ? {} : { 'content-length': length }),
    },
    body: opened.body,
    sent: lease.end,
  };
}

async function manyAnswer(
  ports: RetrieveInstancesPorts,
  { list, isWhole }: ChosenList,
  headers: Answer['headers'],
): Promise<Answer> {
  const [first, ...others] = list;
  if (first === undefined) throw new Error('a series without instances is in the index');
  const opened = await openPart(ports, first, list.length > 1);
  const late = { ...ports, decode: patient(ports.decode) };
  const parts = (async function* () {
    yield* untilTaken(opened);
    for await (const part of readAhead(others, (each) => openPart(late, each, true), READ_AHEAD))
      yield* untilTaken(part);
  })();
  return {
    status: isWhole ? 200 : 206,
    headers: {
      ...headers,
      'content-type': multipartContentType(first.offer.mediaType, BOUNDARY),
      ...lengthHeader(list),
    },
    body: writeMultipart(parts, BOUNDARY),
  };
}

type LeasedPart = Readonly<{ part: OutgoingPart; lease: BufferLease }>;

/** Among others, an instance whose pixels turn out to be broken goes as it is stored: the rest shall not fail with it. */
async function openPart(
  ports: RetrieveInstancesPorts,
  chosen: Chosen,
  isAmongOthers: boolean,
): Promise<LeasedPart> {
  const lease = ports.buffers.lease();
  const opened = await openChosen(ports, chosen, lease);
  if (opened.ok) return { part: { ...partHead(chosen), body: opened.body }, lease };
  const instead = isAmongOthers ? storedInstead(chosen, opened.reason) : undefined;
  if (instead === undefined) throw new ProblemException(notConverted(opened.reason));
  return openPart(ports, instead, false);
}

/** Whoever asks for the next part has sent this one: its buffer may be used again. */
function* untilTaken({ part, lease }: LeasedPart): Generator<OutgoingPart> {
  try {
    yield part;
  } finally {
    lease.end();
  }
}

const partHead = ({ offer }: Chosen) =>
  ({ headers: [['Content-Type', contentTypeOf(offer)]] }) as const;

/** Known when every instance goes as it is stored. */
function lengthHeader(chosen: readonly Chosen[]): Answer['headers'] {
  const measured = chosen.map((each) => ({ ...partHead(each), bytes: storedLength(each) ?? -1 }));
  return measured.some(({ bytes }) => bytes < 0)
    ? {}
    : { 'content-length': multipartLength(measured, BOUNDARY) };
}

const storedLength = (chosen: Chosen): number | undefined =>
  isAsStored(chosen) ? chosen.located.instance.bytes : undefined;

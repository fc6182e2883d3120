import { instanceHeader, seriesHeader, wholeHeader } from './population/headers.mjs';
import { instanceOf, requestOf, seriesOf } from './population/series.mjs';
import { studyOf } from './population/study.mjs';

const trailerBytes = 400;
const nativeSyntax = '1.2.840.10008.1.2.1';
const headerBytes = 2_600;

/**
 * A study as the request that would have brought it: the job as the edge queues it, and each of its parts as the ingest worker has it behind
 * its first stage, which reads headers (`readPart`). `plan`: `seed`; `full`: studies up to this number have all instances, later ones one of
 * `thin`; `sample`: every so many studies the header extracts are written. `code` is the archive's own.
 */
export function madeJob(number, { plan, code, ids }) {
  const study = studyOf(plan.seed, number);
  const request = requestOf(study);
  const series = seriesOf(study, number < plan.full ? 1 : plan.thin);
  const pack = { pack: request.pack, key: code.packKey('landing', request.pack), bytes: 0 };
  const job = {
    id: request.job,
    hospital: study.hospital,
    actor: 'bench',
    study: undefined,
    packs: [pack],
    parts: [],
    attempts: 1,
    lane: 'import',
  };
  const reads = new Map();
  const whole = isSampled(number, plan);
  for (const one of series) addSeries({ study, series: one, job, reads, whole, code, ids });
  pack.bytes += trailerBytes;
  return { job, reads, whole, series: series.length };
}

/** Whether the header extracts of a study are written. */
export const isSampled = (number, { sample }) => number % sample === 0;

function addSeries({ study, series, job, reads, whole, code, ids }) {
  const header = seriesHeader(study, series);
  const named = {
    claim: ids.claim(study.hospital, study.uid),
    series: ids.series(study.hospital, study.uid, series.uid),
  };
  for (let number = 1; number <= series.instances; number += 1) {
    const instance = instanceOf(study, series, number);
    const part = {
      part: job.parts.length,
      pack: 0,
      offset: job.packs[0].bytes,
      ...lengthOf(instance),
    };
    job.packs[0].bytes += instance.bytes;
    job.parts.push(part);
    const own = instanceHeader(header, instance, number);
    const json = whole ? wholeHeader(own, number) : own;
    reads.set(
      part,
      readPart({ study, series, instance, job, part, named, header: json, whole, code, ids }),
    );
  }
}

const lengthOf = ({ bytes, sha256 }) => ({ bytes, sha256 });

function readPart({ study, series, instance, job, part, named, header, whole, code, ids }) {
  const { pack, key } = job.packs[0];
  const frameIndex = frameIndexOf(study, series, instance);
  const identity = {
    study: study.uid,
    series: series.uid,
    instance: instance.uid,
    sopClass: study.kind.sopClass,
    transferSyntax: series.syntax,
  };
  const { sha256, bytes } = instance;
  return {
    job,
    part: part.part,
    place: { key, offset: part.offset, bytes },
    pack,
    sha256,
    arrival: { identity, sha256, ...named, pathStudy: undefined },
    named: code.namedPatient(header, ids, code.authoritiesOf(study.hospital, {})),
    header,
    elements: Object.keys(header).length,
    extracted: whole
      ? { json: JSON.stringify(header), bulk: [], frameIndex, dataSetStart: 340, deflated: false }
      : undefined,
    fact: code.factOf(header, { ...identity, sha256, bytes, frameIndex }),
  };
}

/** One frame, native or in one fragment. */
function frameIndexOf({ kind: { pixels } }, { syntax }, { bytes }) {
  if (syntax === nativeSyntax)
    return ['n', headerBytes, (pixels.rows * pixels.columns * pixels.bits) / 8, 1];
  return [
    'e',
    Buffer.from(varint(bytes * 2 + 1).concat(varint(headerBytes * 2))).toString('base64'),
  ];
}

function varint(number) {
  const bytes = [];
  let rest = number;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

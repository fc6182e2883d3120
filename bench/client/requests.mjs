import { below } from '../corpora/random.mjs';
import { checkJson, firstValue } from './check-json.mjs';
import { checkParts } from './check-parts.mjs';
import { storeBody } from './multipart-body.mjs';

const dicomJson = 'application/dicom+json';
const Tag = {
  sopInstance: '00080018',
  study: '0020000D',
  rows: '00280010',
  referenced: '00081199',
  failed: '00081198',
};
const accept = {
  dicom: 'multipart/related; type="application/dicom"',
  frames: 'multipart/related; type="application/octet-stream"',
  raw: 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1',
};

/** One Store Transaction of these instances of one copy; right when each of them is listed as stored and none as failed. */
export function storeRequest(context, { corpus, copy, numbers }) {
  const { body, length, contentType } = storeBody(
    numbers.map((number) => corpus.file(copy, number)),
  );
  const verify = (answer) => {
    const failed = answer[Tag.failed]?.Value?.length ?? 0;
    const stored = answer[Tag.referenced]?.Value?.length ?? 0;
    return failed === 0 && stored === numbers.length
      ? undefined
      : `${stored} stored, ${failed} failed`;
  };
  return {
    method: 'POST',
    path: `${context.root}/studies`,
    headers: {
      ...context.headers,
      accept: dicomJson,
      'content-type': contentType,
      'content-length': `${length}`,
    },
    body,
    bytesOut: length,
    instances: numbers.length,
    check: checkJson({ verify: context.trusted ? () => undefined : verify }),
  };
}

/** A search; `uids` are the Study (or, with `tag`, other) UIDs that must be in the answer, no more and no fewer. */
export function searchRequest(context, path, { uids, tag = Tag.study }) {
  const verify = (rows) => {
    const found = new Set(rows.map((row) => firstValue(row, tag)));
    if (rows.length !== uids.length) return `${rows.length} rows instead of ${uids.length}`;
    return uids.every((uid) => found.has(uid)) ? undefined : 'other rows than those that match';
  };
  return jsonRequest(context, path, verify);
}

/** A search of which only the number of rows is known. */
export function pageRequest(context, path, count) {
  return jsonRequest(context, path, (rows) => {
    const studies = new Set(rows.map((row) => firstValue(row, Tag.study)));
    return studies.size === count ? undefined : `${studies.size} studies instead of ${count}`;
  });
}

/** All instances of a series of a corpus by QIDO-RS. */
export function instancesRequest(context, corpus, copy) {
  const path = `${seriesPath(corpus.uids(copy, 0))}/instances?limit=${corpus.count}`;
  return searchRequest(context, path, { uids: sopUids(corpus, copy), tag: Tag.sopInstance });
}

/** The metadata of a whole series. */
export function metadataRequest(context, corpus, copy) {
  const uids = sopUids(corpus, copy);
  return jsonRequest(context, `${seriesPath(corpus.uids(copy, 0))}/metadata`, (instances) => {
    const found = new Set(instances.map((instance) => firstValue(instance, Tag.sopInstance)));
    if (found.size !== uids.length) return `${found.size} instances instead of ${uids.length}`;
    if (!uids.every((uid) => found.has(uid))) return 'other instances than those stored';
    return instances.every((instance) => firstValue(instance, Tag.rows) > 0)
      ? undefined
      : 'Rows missing';
  });
}

/** Frames of one instance, numbers from 1, uncompressed; right when each part equals the frame as generated. */
export function framesRequest(context, { corpus, copy, number, frameNumbers, raw = false }) {
  const path = `${instancePath(corpus.uids(copy, number))}/frames/${frameNumbers.join(',')}`;
  const expected = frameNumbers.map((frame) => [corpus.rawFrame(number, frame - 1)]);
  return partsRequest(context, path, {
    accept: raw ? accept.raw : accept.frames,
    check: { expected },
  });
}

/** One instance, as stored; right when it equals the Part 10 file sent. */
export function instanceRequest(context, { uids, file }) {
  return partsRequest(context, instancePath(uids), {
    accept: accept.dicom,
    check: { expected: [file] },
  });
}

/** A whole study, its instances in any order. */
export function studyRequest(context, corpus, copy) {
  const byUid = new Map();
  for (let number = 0; number < corpus.count; number += 1) {
    byUid.set(corpus.uids(copy, number).instance, corpus.file(copy, number));
  }
  const find = (text) => byUid.get(/2\.25\.\d{24}/.exec(text)?.[0]);
  const path = `/studies/${corpus.uids(copy, 0).study}`;
  return () =>
    partsRequest(context, path, { accept: accept.dicom, check: { find, count: corpus.count } });
}

/** `count` frame numbers spread over the instance, beginning at a random one. */
export function spreadFrames(random, frames, count) {
  const stride = Math.floor(frames / count);
  const first = 1 + below(random, stride);
  return Array.from({ length: count }, (_, at) => first + at * stride);
}

function jsonRequest(context, path, verify) {
  const { known, trusted, keep } = context;
  return {
    method: 'GET',
    path: `${context.root}${path}`,
    headers: { ...context.headers, accept: dicomJson },
    check: checkJson({ verify: trusted ? () => undefined : verify, known, path, keep }),
  };
}

function partsRequest(context, path, { accept: wanted, check }) {
  return {
    method: 'GET',
    path: `${context.root}${path}`,
    headers: { ...context.headers, accept: wanted },
    check: checkParts(check),
  };
}

function sopUids(corpus, copy) {
  return Array.from({ length: corpus.count }, (_, number) => corpus.uids(copy, number).instance);
}

function seriesPath({ study, series }) {
  return `/studies/${study}/series/${series}`;
}

function instancePath(uids) {
  return `${seriesPath(uids)}/instances/${uids.instance}`;
}

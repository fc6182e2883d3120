import type { Random } from '../../simulation/long/seeded-random.js';

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[random(values.length)] as Value;

const LONG = 'x'.repeat(9000);
const WORDS: readonly string[] = [
  '',
  '*',
  '?',
  '%',
  '%00',
  '%2e%2e',
  '%2F',
  '%252e',
  '%c0%ae',
  '%ff',
  '%E2%80%AE',
  '%u0000',
  '..',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  "'",
  "''",
  "';--",
  '"',
  '\\',
  '%5C',
  '%27%20OR%20%271%27=%271',
  '1);DROP%20TABLE%20events;--',
  '$1',
  '$$',
  '{}',
  '[]',
  '[object%20Object]',
  '__proto__',
  'constructor',
  'NaN',
  '-1',
  '0',
  '1e9',
  '9007199254740993',
  '4294967296',
  '1.5',
  '%3Cscript%3E',
  '<script>',
  'null',
  'undefined',
  'true',
  '%0d%0aX-A:%20b',
  '1.2.3',
  '1.2.840.10008.1',
  '1..2',
  '.',
  '1.',
  '٣',
  '19700101-',
  '-',
  '20260230',
  '20260101-20250101',
  '10:11',
  '^^^',
  '****************************',
  '?????????????????',
  'a*b?c*d',
  '%25',
  '_',
  '%25%25%25',
  '(?:a+)+$',
  'A\\B\\C',
  '1.2%5C1.3',
  '%EF%BB%BF',
  '%F0%9F%98%80',
  '%ED%A0%80',
  '&',
  '=',
  '#',
  ';',
  'all',
  'x'.repeat(65),
  '1.'.repeat(40),
  LONG,
  '%00'.repeat(200),
];
const NAMES: readonly string[] = [
  'PatientName',
  'PatientID',
  'StudyDate',
  'StudyTime',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SOPInstanceUID',
  'ModalitiesInStudy',
  'Modality',
  'AccessionNumber',
  'SeriesNumber',
  'InstanceNumber',
  'NumberOfStudyRelatedInstances',
  'NumberOfFrames',
  'Rows',
  'PixelData',
  '7FE00010',
  '00100010',
  '0010001',
  '00100010.00100020',
  'RequestAttributesSequence',
  'RequestAttributesSequence.ScheduledProcedureStepID',
  'RequestAttributesSequence.'.repeat(60),
  '00091010',
  'limit',
  'offset',
  'includefield',
  'fuzzymatching',
  'emptyvaluematching',
  'multiplevaluematching',
  'accept',
  'charset',
  'TimezoneOffsetFromUTC',
  'PatientBirthDate',
  'ReferringPhysicianName',
  'StudyDescription',
  'toString',
  '__proto__',
  'hasOwnProperty',
  '%00',
  'requestType',
  'SOPClassUID',
  'studyUID',
  'seriesUID',
  'objectUID',
  'contentType',
  'frameNumber',
  'viewport',
  'window',
  'quality',
  'rows',
  'columns',
  'transferSyntax',
  'annotation',
];
const SEARCHES = [
  'studies',
  'series',
  'instances',
  'studies/1.2.3/series',
  'studies/1.2.3/instances',
  'studies/1.2.3/series/1.2.4/instances',
];
const TAILS = [
  '',
  '/metadata',
  '/frames/1',
  '/frames/1,2,3',
  '/bulkdata/7FE00010',
  '/bulkdata/54000100/0/54001010',
  '/rendered',
  '/thumbnail',
  '/frames/1/rendered',
  '/pixeldata',
];
const ACCEPTS: readonly string[] = [
  '*/*',
  '*',
  '',
  ',',
  ';',
  ';;q=1',
  'application/dicom',
  'application/dicom; transfer-syntax=*',
  'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
  'application/octet-stream',
  'application/dicom+json',
  'application/dicom+xml',
  'application/json',
  'image/jpeg',
  'image/png',
  'image/*',
  'video/*',
  'text/html',
  'multipart/related',
  'multipart/related; type=application/dicom+xml',
  'multipart/related; type="application/dicom"; transfer-syntax=*',
  'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.4.50',
  'multipart/related; type="image/jpeg"',
  'multipart/related; type="',
  'application/dicom; q=2',
  'application/dicom; q=-0',
  'application/dicom; q=NaN',
  '*/*; q=0',
  'application/dicom; transfer-syntax=1.2.840.10008.1.2',
  'a/b,'.repeat(70),
  `application/${'x'.repeat(9000)}`,
  'application/dicom; transfer-syntax="\\',
  '\u00ff/\u00fe',
  'text/*;q=0.0001',
  '*/dicom',
];
const FIELDS: readonly string[] = [
  'If-None-Match: *',
  'If-None-Match: "x"',
  'If-None-Match: W/"',
  `If-None-Match: ${'"a",'.repeat(300)}`,
  'Range: bytes=0-0',
  'Range: bytes=-1',
  'Range: bytes=9-1,99999999999999999999-',
  'Range: x',
  'Accept-Encoding: gzip;q=NaN',
  'Accept-Encoding: *',
  'Accept-Charset: utf-16',
  'Content-Length: 0',
  'Content-Length: 5',
  'Expect: 100-continue',
  'X-Forwarded-Host: <script>',
  'X-Forwarded-Proto: javascript',
  'X-Forwarded-Prefix: //evil',
  'Forwarded: host="\\"',
  'Prefer: respond-async',
  'Upgrade: h2c',
  'Cookie: a=b',
  'Origin: null',
  'If-Modified-Since: x',
  'Transfer-Encoding: gzip',
  'Access-Control-Request-Method: X',
];

/** An address below the archive, sometimes with fields that lie. `instances`: paths of instances that are there. */
export function hostilePath(
  random: Random,
  instances: readonly string[],
): Readonly<{ path: string; head: readonly string[] }> {
  const ways = [search, search, retrieve, retrieve, other];
  const path = pick(random, ways)(random, instances);
  const accept = random(3) > 0 ? [] : [`Accept: ${pick(random, ACCEPTS)}`];
  const field = random(4) > 0 ? [] : [pick(random, FIELDS)];
  return { path: asTarget(path), head: [...accept, ...field] };
}

/* A blank or a control would end the request line and be another test. */
const asTarget = (path: string): string =>
  Buffer.from(path)
    .toString('latin1')
    .replaceAll(/[\0-\x20]/g, '%20');

const query = (random: Random): string =>
  Array.from({ length: random(5) }, () => {
    const name = pick(random, NAMES);
    const value =
      random(4) === 0 ? `${pick(random, WORDS)}${pick(random, WORDS)}` : pick(random, WORDS);
    return random(12) === 0 ? `${name}${value}` : `${name}=${value}`;
  }).join('&');

const search = (random: Random): string => `/dicom-web/${pick(random, SEARCHES)}?${query(random)}`;

function retrieve(random: Random, instances: readonly string[]): string {
  const sound = pick(random, instances);
  const tail =
    random(3) > 0 ? pick(random, TAILS) : `${pick(random, TAILS)}/${pick(random, WORDS)}`;
  const asked = random(3) === 0 ? `?accept=${pick(random, WORDS)}&${query(random)}` : '';
  if (random(3) > 0) return `${sound}${tail}${asked}`;
  const parts = sound.split('/');
  parts[random(parts.length)] = pick(random, WORDS);
  return `${parts.join('/')}${tail}${asked}`;
}

const other = (random: Random): string =>
  pick(random, [
    () =>
      `/wado?requestType=WADO&studyUID=${pick(random, WORDS)}&seriesUID=${pick(random, WORDS)}&objectUID=${pick(random, WORDS)}`,
    () => `/wado?requestType=WADO&${query(random)}&${query(random)}`,
    () => `/wado?requestType=${pick(random, WORDS)}&requestType=WADO`,
    () => `/dicom-web/receipts/${pick(random, WORDS)}`,
    () => `/dicom-web/studies/${pick(random, WORDS)}/${pick(random, WORDS)}`,
    () => `/${pick(random, WORDS)}`,
    () => `//${pick(random, WORDS)}/dicom-web/studies`,
    () => `/dicom-web/../${pick(random, WORDS)}`,
    () => `/viewer/${pick(random, WORDS)}`,
    () => `/fhir/${pick(random, WORDS)}?${query(random)}`,
    () => `/governance/${pick(random, WORDS)}`,
    () => `http://evil.example/dicom-web/studies?${query(random)}`,
    () => `/metrics?${query(random)}`,
  ])();

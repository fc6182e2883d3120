import { type Caller, firstOf } from './ask.js';
import { sha256 } from './read-dicom.js';

/** Digests of answers by what was asked. */
export type Answers = ReadonlyMap<string, string>;

const SEARCHES = [
  '/studies',
  '/studies?includefield=all&ModalitiesInStudy=CT,MR,US',
  '/series',
  '/series?Modality=CT&includefield=SeriesDate',
  '/instances',
  '/instances?includefield=all&limit=200',
];
/* Single parts: the boundary of a multipart answer is another after a restart. */
const AS_STORED = 'application/dicom; transfer-syntax=*';
const FRAME_AS_STORED = 'application/octet-stream; transfer-syntax=*';
const DIFFERENCES_MAX = 20;

/** Every answer of a hospital that must not change when places or read models do: searches, metadata, and all instances. */
export async function answersOf(hospital: string, { ask, search }: Caller): Promise<Answers> {
  const answers = new Map<string, string>();
  const note = async (path: string, accept: string) => {
    const answer = await ask(`/dicom-web${path}`, { accept });
    const body = Buffer.from(await answer.arrayBuffer());
    answers.set(`${hospital} ${path}`, `${answer.status} ${body.length} ${sha256(body)}`);
  };
  for (const path of SEARCHES) await note(path, 'application/dicom+json');
  for (const study of await search('/studies')) {
    const path = `/studies/${firstOf(study, '0020000D')}`;
    await note(`${path}/series`, 'application/dicom+json');
    await note(`${path}/metadata`, 'application/dicom+json');
  }
  for (const instance of await search('/instances')) {
    const [study, series, uid] = ['0020000D', '0020000E', '00080018'].map((tag) =>
      firstOf(instance, tag),
    );
    const path = `/studies/${study}/series/${series}/instances/${uid}`;
    await note(path, AS_STORED);
    await note(`${path}/frames/1`, FRAME_AS_STORED);
  }
  return answers;
}

/** What is other, gone or new; the first of it. */
export function differences(before: Answers, after: Answers): readonly string[] {
  const asked = new Set([...before.keys(), ...after.keys()]);
  return [...asked]
    .filter((key) => before.get(key) !== after.get(key))
    .slice(0, DIFFERENCES_MAX)
    .map((key) => `${key}: ${before.get(key)} → ${after.get(key)}`);
}

import { finest } from './combine-meanings.js';
import type { ModalityGroup, PurposeHint } from './exam-class.js';
import type { Regions } from './regions.js';

type Exam = Readonly<{ group: ModalityGroup; purposes: readonly PurposeHint[] }>;

/** What an exam of these regions shows: angiography their vessels, CT and MR of the skull the head, ultrasound of the cervical spine the neck. */
export function regionsShown(
  codes: readonly string[],
  { group, purposes }: Exam,
  regions: Regions,
): readonly string[] {
  const looked = codes.map((code) => INSTEAD[group]?.[code] ?? code);
  const shown = purposes.includes('angiography')
    ? looked.map((code) => regions.get(code)?.vessels || code)
    : looked;
  const named = finest(shown, regions);
  return named.includes(WHOLE_SPINE)
    ? [...named.flatMap((code) => parts(code, regions))].sort()
    : named;
}

/** Nobody names one part when the whole is meant, but a part is found again in it. */
const WHOLE_SPINE = 'spine';

const parts = (code: string, regions: Regions): readonly string[] =>
  code === WHOLE_SPINE
    ? [...regions.values()].filter(({ partOf }) => partOf === code).map((part) => part.code)
    : [code];

/** The same word means another region to another apparatus. */
const INSTEAD: Partial<Record<ModalityGroup, Readonly<Record<string, string>>>> = {
  CT: { skull: 'head' },
  MR: { skull: 'head' },
  NM: { skull: 'head' },
  US: { skull: 'head', 'cervical-spine': 'neck' },
  XA: { skull: 'head' },
};

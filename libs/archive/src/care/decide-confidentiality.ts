import { accept, type Decider } from '#events/decider';
import type {
  ConfidentialityEvent,
  ConfidentialityLevel,
  ConfidentialityMark,
  ConfidentialityVoice,
} from '../care-events.js';

/** One voice says how confidential a study is; the tags in order of the alphabet. */
export type SetConfidentiality = Readonly<{
  hospital: string;
  claim: string;
  voice: ConfidentialityVoice;
  mark: ConfidentialityMark;
}>;

/** What each voice has said. */
export type Confidentialities = Readonly<Record<ConfidentialityVoice, ConfidentialityMark>>;

const NORMAL: ConfidentialityMark = { level: 'N', tags: [] };
const STRICTNESS: readonly ConfidentialityLevel[] = ['N', 'R', 'V'];

/** Neither voice can make a study less confidential than the other wants it: the stricter level holds, with all tags. */
export const confidentiality: Decider<
  Confidentialities,
  SetConfidentiality,
  ConfidentialityEvent,
  never
> = {
  initial: { patient: NORMAL, custodian: NORMAL },
  evolve: (state, { data, personal }) => ({ ...state, [data.voice]: personal?.mark ?? NORMAL }),
  decide: ({ hospital, claim, voice, mark }, state) => {
    if (isSame(state[voice], mark)) return accept();
    const effective = together({ ...state, [voice]: mark });
    const data = { hospital, claim, voice };
    return accept({ type: 'ConfidentialitySet', data, personal: { mark, effective } });
  },
};

const together = ({ patient, custodian }: Confidentialities): ConfidentialityMark => ({
  level:
    STRICTNESS.findLast((level) => level === patient.level || level === custodian.level) ?? 'N',
  tags: [...new Set([...patient.tags, ...custodian.tags])].sort(),
});

const isSame = (one: ConfidentialityMark, other: ConfidentialityMark): boolean =>
  one.level === other.level && one.tags.join() === other.tags.join();

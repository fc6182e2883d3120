import { type Attributes, part10, sequence } from './part10.js';

const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
const CT = '1.2.840.10008.5.1.4.1.1.2';

const MEANINGS: Readonly<Record<string, string>> = {
  '113001': 'Rejected for Quality Reasons',
  '113037': 'Rejected for Patient Safety Reasons',
  '113038': 'Incorrect Modality Worklist Entry',
  '113039': 'Data Retention Policy Expired',
};

/** What a note says: SOP Instance UIDs by the UID of their series, of `study` unless `of` names another. */
export type NoteSays = Readonly<{
  study: string;
  code: string;
  rejects: Readonly<Record<string, readonly string[]>>;
  /** Of the note itself; its series is `<study>.900`. */
  instance?: string;
  of?: string;
  patientId?: string;
  change?: Attributes;
}>;

/** A rejection note (IHE RAD IOCM): a Key Object Selection with a title of rejection (PS3.16 TID 2010). */
export function rejectionNoteFile({ change = {}, ...says }: NoteSays): Buffer {
  const { study, code, instance = `${study}.900.1`, patientId = 'P1' } = says;
  return part10({
    '00080005': ['CS', 'ISO_IR 100'],
    '00080012': ['DA', '20260103'],
    '00080013': ['TM', '101112'],
    '00080016': ['UI', KEY_OBJECT_SELECTION],
    '00080018': ['UI', instance],
    '00080020': ['DA', '20260102'],
    '00080023': ['DA', '20260103'],
    '00080030': ['TM', '101112'],
    '00080033': ['TM', '101112'],
    '00080050': ['SH', 'A1'],
    '00080060': ['CS', 'KO'],
    '00080070': ['LO', 'Test'],
    '00080090': ['PN', 'Refer^Anna'],
    '00081111': ['SQ', sequence()],
    '00100010': ['PN', 'Test^Person'],
    '00100020': ['LO', patientId],
    '00100030': ['DA', '19700101'],
    '00100040': ['CS', 'F'],
    '0020000D': ['UI', study],
    '0020000E': ['UI', `${study}.900`],
    '00200010': ['SH', 'S1'],
    '00200011': ['IS', '900'],
    '00200013': ['IS', '1'],
    '0040A040': ['CS', 'CONTAINER'],
    '0040A043': ['SQ', sequence(codeItem(code, MEANINGS[code] ?? 'Of Interest'))],
    '0040A050': ['CS', 'SEPARATE'],
    '0040A375': ['SQ', sequence(evidenceOf(says))],
    '0040A504': ['SQ', sequence({ '00080105': ['CS', 'DCMR'], '0040DB00': ['CS', '2010'] })],
    '0040A730': ['SQ', sequence(...shown(says))],
    ...change,
  });
}

const codeItem = (code: string, meaning: string): Attributes => ({
  '00080100': ['SH', code],
  '00080102': ['SH', 'DCM'],
  '00080104': ['LO', meaning],
});

const referenceTo = (instance: string): Attributes => ({
  '00081150': ['UI', CT],
  '00081155': ['UI', instance],
});

const evidenceOf = ({ study, of = study, rejects }: NoteSays): Attributes => ({
  '0020000D': ['UI', of],
  '00081115': [
    'SQ',
    sequence(
      ...Object.entries(rejects).map(
        ([series, instances]): Attributes => ({
          '0020000E': ['UI', series],
          '00081199': ['SQ', sequence(...instances.map(referenceTo))],
        }),
      ),
    ),
  ],
});

const shown = ({ rejects }: NoteSays): readonly Attributes[] =>
  Object.values(rejects)
    .flat()
    .map((instance) => ({
      '00081199': ['SQ', sequence(referenceTo(instance))],
      '0040A010': ['CS', 'CONTAINS'],
      '0040A040': ['CS', 'IMAGE'],
    }));

import { expect, test } from 'vitest';
import { NOTE_INSTANCES_MAX, rejectionNote } from './rejection-note.js';

const KOS = '1.2.840.10008.5.1.4.1.1.88.59';
const value = (vr: string, ...values: readonly unknown[]) => ({ vr, Value: values });
const title = (code: string, scheme = 'DCM') => ({
  '00080100': value('SH', code),
  '00080102': value('SH', scheme),
});
const evidence = (instances: readonly string[], study = '1.2', series = '1.2.1') => ({
  '0020000D': value('UI', study),
  '00081115': value('SQ', {
    '0020000E': value('UI', series),
    '00081199': value('SQ', ...instances.map((uid) => ({ '00081155': value('UI', uid) }))),
  }),
});
const shown = (uid: string, ...content: readonly unknown[]) => ({
  '00081199': value('SQ', { '00081155': value('UI', uid) }),
  '0040A730': value('SQ', ...content),
});
const note = (change: Readonly<Record<string, ReturnType<typeof value>>> = {}) => ({
  '00080016': value('UI', KOS),
  '00080018': value('UI', '1.2.9.1'),
  '0020000D': value('UI', '1.2'),
  '0040A043': value('SQ', title('113037')),
  '0040A375': value('SQ', evidence(['1.2.1.1', '1.2.1.2'])),
  '0040A730': value('SQ', shown('1.2.1.1'), shown('1.2.1.2')),
  ...change,
});

test('a note names instances by their series', () =>
  expect(rejectionNote(note())).toEqual({
    code: '113037',
    series: new Map([['1.2.1', new Set(['1.2.1.1', '1.2.1.2'])]]),
  }));

test.each([
  ['another SOP class', { '00080016': value('UI', '1.2.840.10008.5.1.4.1.1.2') }],
  ['another title', { '0040A043': value('SQ', title('113000')) }],
  ['the code of another scheme', { '0040A043': value('SQ', title('113037', '99OWN')) }],
  ['no title', { '0040A043': value('SQ') }],
])('%s makes no note', (_name, change) => expect(rejectionNote(note(change))).toBeUndefined());

test.each([
  ['two titles', 'note-unclear', { '0040A043': value('SQ', title('113037'), title('113001')) }],
  ['no evidence', 'note-unclear', { '0040A375': value('SQ') }],
  ['evidence that is no sequence', 'note-unclear', { '0040A375': value('LO', 'x', null) }],
  ['itself', 'note-unclear', { '0040A375': value('SQ', evidence(['1.2.9.1'])) }],
  ['what is no UID', 'note-unclear', { '0040A375': value('SQ', evidence(['x; drop table'])) }],
  [
    'a series that is no UID',
    'note-unclear',
    { '0040A375': value('SQ', evidence(['1.2.1.1'], '1.2', '')) },
  ],
  ['another study', 'note-other-study', { '0040A375': value('SQ', evidence(['1.3.1.1'], '1.3')) }],
  [
    'another study besides its own',
    'note-other-study',
    { '0040A375': value('SQ', evidence(['1.2.1.1']), evidence(['1.3.1.1'], '1.3')) },
  ],
  ['what it doesn’t list', 'note-unclear', { '0040A730': value('SQ', shown('1.2.1.3')) }],
  [
    'a tree that is deeper than any selection',
    'note-unclear',
    {
      '0040A730': value(
        'SQ',
        Array.from({ length: 9 }).reduce(
          (inner) => shown('1.2.1.1', ...[inner].flat()),
          [] as unknown,
        ),
      ),
    },
  ],
  [
    'more than one note may',
    'note-too-large',
    {
      '0040A375': value(
        'SQ',
        evidence(Array.from({ length: NOTE_INSTANCES_MAX + 1 }, (_, index) => `1.2.1.${index}`)),
      ),
    },
  ],
])('a note that names %s is refused', (_name, fault, change) =>
  expect(rejectionNote(note(change))).toBe(fault),
);

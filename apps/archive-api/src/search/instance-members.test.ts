import { expect, test } from 'vitest';
import { instanceMembers } from './instance-members.js';
import { orderedText } from './row-text.js';

const fact = {
  instance: '1.2.3',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntax: '1.2.840.10008.1.2.1',
  number: null,
  rows: 512,
  columns: 256,
  bitsAllocated: 16,
  frames: null,
  sha256: '',
  bytes: 0,
  frameIndex: null,
};

test('an instance has all of PS3.18 Table 10.6.3-5 that is known of it, in tag order', () => {
  const shown = JSON.parse(orderedText(instanceMembers(fact, 'http://h/i', '+0100'))) as object;
  expect(shown).toEqual({
    '00080016': { vr: 'UI', Value: [fact.sopClass] },
    '00080018': { vr: 'UI', Value: ['1.2.3'] },
    '00080056': { vr: 'CS', Value: ['ONLINE'] },
    '00080201': { vr: 'SH', Value: ['+0100'] },
    '00081190': { vr: 'UR', Value: ['http://h/i'] },
    '00083002': { vr: 'UI', Value: [fact.transferSyntax] },
    '00200013': { vr: 'IS' },
    '00280010': { vr: 'US', Value: [512] },
    '00280011': { vr: 'US', Value: [256] },
    '00280100': { vr: 'US', Value: [16] },
  });
  expect(Object.keys(shown)).toEqual(Object.keys(shown).sort());
  expect(instanceMembers(fact, 'u', null).has('00080201')).toBe(false);
});

import { expect, test } from 'vitest';
import { membersOf, membersOfHeader, objectText, urlMember, withRetrieveUrl } from './row-text.js';

const study = JSON.stringify({
  '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
  '00081030': { vr: 'LO', Value: ['a ,"0010" in quotes'] },
  '00100010': { vr: 'PN' },
  '0020000D': { vr: 'UI', Value: ['1.2'] },
});

test('RetrieveURL stands at its place in the ready text', () => {
  const shown = withRetrieveUrl(study, 'http://h/studies/1.2');
  expect(Object.keys(JSON.parse(shown) as object)).toEqual([
    '00080005',
    '00081030',
    '00081190',
    '00100010',
    '0020000D',
  ]);
  expect(JSON.parse(shown)).toMatchObject({
    '00081030': { Value: ['a ,"0010" in quotes'] },
    '00081190': { vr: 'UR', Value: ['http://h/studies/1.2'] },
  });
});
test('levels are put together in tag order, the lower one winning', () => {
  const series = '{"00080005":{"vr":"CS"},"00080060":{"vr":"CS","Value":["CT"]}}';
  const text = objectText(membersOf(study, undefined, series), urlMember('u'));
  expect(text).toMatch(
    /^\{"00080005":\{"vr":"CS"\},"00080060".*"00081030".*"00081190".*"0020000D"/,
  );
});
test('a data set is put in tag order', () =>
  expect(
    objectText(membersOfHeader({ '00181152': { vr: 'IS' }, '00181151': { vr: 'IS', Value: [3] } })),
  ).toBe('{"00181151":{"vr":"IS","Value":[3]},"00181152":{"vr":"IS"}}'));

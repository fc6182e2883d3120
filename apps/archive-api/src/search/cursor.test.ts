import { describe, expect, test } from 'vitest';
import { opaqueIds } from '#index/opaque-ids';
import { openCursor, sealCursor } from './cursor.js';

const scope = { ids: opaqueIds(Buffer.alloc(32, 1)), hospital: 'HOSP-A', level: 'series' } as const;
const position = {
  date: '20260101',
  time: '',
  study: '1.2',
  series: { number: null, uid: '1.3' },
};

describe('a cursor', () => {
  const cursor = sealCursor(scope, position);

  test('opens as what it was made of, and tells nothing in itself', () => {
    expect(openCursor(scope, cursor)).toEqual(position);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('20260101');
  });
  test('opens for no other hospital, level or archive', () => {
    expect(openCursor({ ...scope, hospital: 'HOSP-B' }, cursor)).toBeUndefined();
    expect(openCursor({ ...scope, level: 'study' }, cursor)).toBeUndefined();
    const ids = opaqueIds(Buffer.alloc(32, 2));
    expect(openCursor({ ...scope, ids }, cursor)).toBeUndefined();
  });
  test.each(['', 'a', 'A'.repeat(38), 'A'.repeat(1_000), cursor.slice(1), cursor.slice(0, -1)])(
    'is not «%s»',
    (text) => expect(openCursor(scope, text)).toBeUndefined(),
  );
});

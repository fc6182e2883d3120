import { expect, test } from 'vitest';
import { ctSlice, part10 } from '../../../test/support/part10.js';
import { EXPLICIT_LITTLE_ENDIAN } from './element.js';
import { readHeader } from './read-header.js';
import { renameInstance } from './rename-instance.js';

const file = part10(ctSlice({ study: '1.2', series: '1.2.3', instance: '1.2.3.4' }));
const headerOf = (bytes: Buffer) =>
  readHeader({ length: bytes.length, read: async (start, end) => bytes.subarray(start, end) });

test('the instance has the new UID in data set and file meta, and every other byte is the same', async () => {
  const before = await headerOf(file);
  if (!before.ok) throw new Error(before.error.reason);
  const { dataSetStart } = before.header;
  const input = { head: file, dataSetStart, encoding: EXPLICIT_LITTLE_ENDIAN };
  const renamed = renameInstance(input, '2.25.123456789');
  if (!renamed.ok) throw new Error(renamed.reason);
  const after = await headerOf(Buffer.concat([renamed.head, file.subarray(renamed.replaces)]));
  if (!after.ok) throw new Error(after.error.reason);
  const uid = { vr: 'UI', Value: ['2.25.123456789'] };
  expect(after.header.oddities).toEqual([]);
  expect(after.header.fileMeta).toMatchObject({ '00020003': uid });
  expect({ ...after.header.dataSet }).toEqual({ ...before.header.dataSet, '00080018': uid });
});

test('a data set without a SOP Instance UID can not be renamed', () =>
  expect(
    renameInstance(
      { head: file.subarray(0, 140), dataSetStart: 140, encoding: EXPLICIT_LITTLE_ENDIAN },
      '2.25.1',
    ),
  ).toEqual({ ok: false, reason: 'no-instance-uid' }));

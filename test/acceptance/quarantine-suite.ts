import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf } from './ask.js';

const HOSPITAL = 'HOSP-K';
const UIDS = { study: '1.2.80', series: '1.2.80.1', instance: '1.2.80.1.1' };
const first = part10(ctSlice(UIDS));
const conflicting = part10(ctSlice(UIDS, { '7FE00010': ['OW', Buffer.alloc(128, 7)] }));
const { '0020000D': _study, ...nameless } = ctSlice(UIDS);
const GARBAGE = Buffer.from('kept aside: not a DICOM file');

/** The worklist of what was not taken, and the ways out of it. */
export function quarantineSuite(archive: () => RunningArchive): void {
  describe('what is kept aside', () => {
    let caller: Caller;
    const listed = async () => {
      const { code, stdout } = await archive().arkim('quarantine', 'list', '--hospital', HOSPITAL);
      expect(code).toBe(0);
      const lines = stdout.split('\n').filter((line) => line !== '');
      return new Map(
        lines.map((line) => {
          const [id = '', , , why = ''] = line.split('  ');
          return [why, id];
        }),
      );
    };
    const quarantine = (...args: string[]) => archive().arkim('quarantine', ...args);
    beforeAll(async () => {
      expect((await archive().arkim('onboard', HOSPITAL)).code).toBe(0);
      caller = await callerOf(archive(), { org: HOSPITAL, roles: ['modality', 'radiologist'] });
      expect((await caller.store([first])).status).toBe(200);
      expect((await caller.store([conflicting, GARBAGE, part10(nameless)])).status).toBe(409);
    });

    test('is listed, exported, accepted, returned and discarded', async () => {
      const ids = await listed();
      expect([...ids.keys()].sort()).toEqual(['conflict', 'no-uid', 'unreadable']);
      const out = (name: string) => join(archive().data, '..', name);

      const exported = await quarantine(
        'export',
        ids.get('unreadable') ?? '',
        '--out',
        out('seen'),
      );
      expect(exported.code).toBe(0);
      expect(readFileSync(out('seen'))).toEqual(GARBAGE);

      const accepted = await quarantine('accept', ids.get('conflict') ?? '');
      expect(accepted).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^stored as 2\.25\./),
      });
      const uid = accepted.stdout.trim().split(' ').at(-1) ?? '';
      const path = `/dicom-web/studies/1.2.80/series/1.2.80.1/instances/${uid}/frames/1`;
      const frame = await caller.ask(path, { accept: 'application/octet-stream' });
      expect(Buffer.from(await frame.arrayBuffer())).toEqual(Buffer.alloc(128, 7));

      const returned = await quarantine('return', ids.get('no-uid') ?? '', '--out', out('back'));
      expect(returned.code).toBe(0);
      expect(readFileSync(out('back'))).toEqual(part10(nameless));

      expect((await quarantine('accept', ids.get('unreadable') ?? '')).code).toBe(1);
      expect((await quarantine('discard', ids.get('unreadable') ?? '')).code).toBe(0);
      expect((await quarantine('discard', ids.get('unreadable') ?? '')).code).toBe(1);
      expect([...(await listed()).keys()]).toEqual([]);
    });
    test('is not found meanwhile', async () =>
      expect(await caller.search('/studies/1.2.80/instances')).toHaveLength(2));
  });
}

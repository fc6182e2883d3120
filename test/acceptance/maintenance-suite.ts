import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import { answersOf, differences } from './answers.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf } from './ask.js';

/** What an operator does beside the running archive, and what nobody must notice of it. */
export function maintenanceSuite(archive: () => RunningArchive): void {
  describe('beside the running archive', () => {
    let caller: Caller;
    let neighbour: Caller;
    beforeAll(async () => {
      const roles = ['modality', 'radiologist'];
      caller = await callerOf(archive(), { org: 'HOSP-A', roles });
      neighbour = await callerOf(archive(), { org: 'HOSP-C', roles });
    });

    test('a rebuild changes no answer, while stores go on', async () => {
      const before = await answersOf('HOSP-A', caller);
      const rebuilding = archive().arkim('rebuild', '--all');
      const instances = Array.from({ length: 40 }, (_, index) => `1.2.85.1.${index + 1}`);
      for (const instance of instances) {
        const file = part10(ctSlice({ study: '1.2.85', series: '1.2.85.1', instance }));
        expect((await neighbour.store([file])).status).toBe(200);
      }
      expect(await rebuilding).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          /^hospitals: .* right.*^quarantine: .* right.*^reservations: .* right.*^findable: .* in use/ms,
        ),
      });
      expect(differences(before, await answersOf('HOSP-A', caller))).toEqual([]);
      expect(await neighbour.search('/studies/1.2.85/instances')).toHaveLength(instances.length);
    });
    test('verify finds every byte', async () => {
      const { code, stdout } = await archive().arkim('verify');
      expect([code, stdout]).toEqual([0, expect.stringContaining(' 0 damaged or missing')]);
    });
    test('the log names no person and no UID', () => {
      const log = archive().output();
      for (const text of ['1.2.80', '1.2.60', '1.2.30', '2.25.', 'Doe', 'Test^Person', 'Refer'])
        expect(log).not.toContain(text);
    });
  });
}

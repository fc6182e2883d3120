import { Gauge, type Registry } from 'prom-client';
import type { FixityFigures } from '#index/fixity';

/** Numbers of what was read again. `wallMs`: milliseconds since 1970. */
export function measureFixity(
  registry: Registry,
  figures: () => Promise<FixityFigures>,
  wallMs: () => number,
): void {
  const oldest: Gauge = new Gauge({
    name: 'arkim_fixity_oldest_reading_seconds',
    help: 'How long ago that was read again which was read longest ago; before the first round nothing was',
    registers: [registry],
    collect: async () => {
      const { oldestReadingAt, round, damagedPacks } = await figures();
      if (oldestReadingAt !== undefined)
        oldest.set((wallMs() - Date.parse(oldestReadingAt)) / 1000);
      damaged.set(damagedPacks);
      read.set({ of: 'packs' }, round?.packs ?? 0);
      read.set({ of: 'bytes' }, round?.bytes ?? 0);
    },
  });
  const damaged = new Gauge({
    name: 'arkim_fixity_damaged_packs',
    help: 'Packs whose bytes are not what was received, until they are healed',
    registers: [registry],
  });
  const read = new Gauge({
    name: 'arkim_fixity_round_read',
    help: 'What was read again in the round under way, or in the last one',
    labelNames: ['of'],
    registers: [registry],
  });
}

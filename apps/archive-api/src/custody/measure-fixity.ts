import { Gauge, type Registry } from 'prom-client';
import type { FixityFigures } from '#index/fixity';

type Read = Readonly<{ figures: FixityFigures; wallMs: number }>;

const UNKNOWN = Number.NaN;

/** Numbers of what was read again. `wallMs`: milliseconds since 1970. */
export function measureFixity(
  registry: Registry,
  figures: () => Promise<FixityFigures>,
  wallMs: () => number,
): void {
  let reading: Promise<Read> | undefined;
  /* All of them are asked for at once: they share one look. */
  const read = () => {
    reading ??= figures()
      .then((found) => ({ figures: found, wallMs: wallMs() }))
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const gauge = (name: string, help: string, figure: (read: Read) => number) => {
    const one: Gauge = new Gauge({
      ...{ name: `arkim_fixity_${name}`, help, registers: [registry] },
      collect: async () => one.set(figure(await read())),
    });
  };
  gauge(
    'oldest_reading_seconds',
    'How long ago that was read again which was read longest ago; NaN before the first round',
    (at) =>
      at.figures.oldestReadingAt === undefined
        ? UNKNOWN
        : (at.wallMs - Date.parse(at.figures.oldestReadingAt)) / 1000,
  );
  gauge(
    'damaged_packs',
    'Packs whose bytes are not what was received, until they are healed',
    (at) => at.figures.damagedPacks,
  );
  const ofRound = 'read again in the round under way, or in the last one';
  gauge('round_packs', `Packs ${ofRound}`, (at) => at.figures.round?.packs ?? 0);
  gauge('round_bytes', `Bytes ${ofRound}`, (at) => at.figures.round?.bytes ?? 0);
}

import { UsageFault } from './command.js';

const LIFETIME = /^(\d{1,9})([smhd]?)$/;
const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
const LIFETIME_S_MAX = 30 * 86_400;

/** Seconds of `90`, `90s`, `30m`, `12h` or `7d`: from one second to thirty days. */
export function parseLifetime(text: string, option = '--ttl'): number {
  const [, count, unit] = LIFETIME.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit ?? ''] ?? Number.NaN);
  if (!(seconds >= 1 && seconds <= LIFETIME_S_MAX))
    throw new UsageFault(`${option} needs a time like 90s, 30m, 12h or 7d, at most 30d`);
  return seconds;
}

import type { Event } from '#events/event';

/**
 * All events of the log up to `size` stand in one tree (RFC 9162 §2.1), whose root is `root`; `day` (UTC) is the last one that was over.
 * `previous` is the digest of the seal before, `digest` that of all this. Hashes in hex.
 */
export type LogSealed = Event<
  'LogSealed',
  {
    day: string;
    number: number;
    previous: string;
    size: number;
    root: string;
    sealedAt: string;
    digest: string;
  }
>;

/**
 * A time-stamping authority says when it saw the seal of `day` (RFC 3161): `token` in base64, `stampedAt` as it says. `order` counts the
 * stamps of this seal from 1: the first is over the seal, each later one over the stamp before it; `path` leads there from what others
 * were stamped with it (RFC 4998 §4.2: lists of hashes in hex; none when it was stamped alone).
 */
export type LogStamped = Event<
  'LogStamped',
  {
    day: string;
    order: number;
    path: readonly (readonly string[])[];
    token: string;
    stampedAt: string;
  }
>;

export type LogEvent = LogSealed | LogStamped;

export const logStream = (day: string) => `evidence-log-${day}`;

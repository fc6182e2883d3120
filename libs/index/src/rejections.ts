import type { RejectionCode } from '#archive/rejection-events';

/** A rejection that holds; `study` is a Study Instance UID, `instances` how many it names, there or not. */
export type HeldRejection = Readonly<{
  id: string;
  claim: string;
  study: string;
  code: RejectionCode;
  instances: number;
}>;

/** With the instances themselves; the UID of a series of which nothing is there is null. */
export type RejectionInDetail = HeldRejection &
  Readonly<{
    named: readonly Readonly<{ series: string | null; instances: readonly string[] }>[];
  }>;

/** Of a page of studies in the order of their claims; `next`: the last claim when there are more. */
export type RejectionPage = Readonly<{
  items: readonly HeldRejection[];
  next: string | undefined;
}>;

export type RevocationOutcome = 'revoked' | 'not-rejected';

/** What is rejected of what a hospital holds. */
export type Rejections = Readonly<{
  list: (
    hospital: string,
    page: Readonly<{ after: string; studiesMax: number }>,
  ) => Promise<RejectionPage>;
  find: (hospital: string, rejection: string) => Promise<RejectionInDetail | undefined>;
  /** Asks the worker to revoke it, in the name of an actor (an opaque id); answers with the id of what was asked. */
  revoke: (held: HeldRejection & Readonly<{ hospital: string; actor: string }>) => Promise<string>;
  /** What became of it; undefined while it waits. */
  outcome: (asked: string) => Promise<RevocationOutcome | undefined>;
}>;

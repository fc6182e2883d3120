import type { HoldCommand, HoldRefusal } from '#archive/hold/decide-hold';
import type { HoldCriteria, HoldScope } from '#archive/hold-events';

/** Who orders it and under which id (a UUID): the same order again changes nothing more. `hospital`: whose cases they keep, '' for the agency's. */
export type HoldOrder = Readonly<{ id: string; actor: string; hospital: string; at: string }>;

/** What a case is to be about. `patient` and `claim` are opaque, '' where the scope isn't theirs; `reviewDue` in ISO 8601. */
export type WantedHold = Readonly<{
  scope: HoldScope;
  patient: string;
  claim: string;
  criteria: HoldCriteria | null;
  reason: string;
  reviewDue: string;
}>;

type Named<C> = C extends HoldCommand ? Omit<C, 'hospital' | 'actor' | 'at'> : never;

/** What is asked of a case that is there. */
export type HoldAct = Named<Exclude<HoldCommand, { kind: 'open' }>>;

export type HoldOutcome =
  | Readonly<{ ok: true }>
  | Readonly<{ ok: false; refusal: HoldRefusal | 'too-many' }>;

/** A case as it is; times in ISO 8601, null for what hasn't happened. `hospital`: null for all of them. */
export type HoldCase = Readonly<{
  id: string;
  hospital: string | null;
  scope: HoldScope;
  patient: string | null;
  claim: string | null;
  criteria: HoldCriteria | null;
  reason: string;
  openedBy: string;
  openedAt: string;
  reviewDue: string;
  reviewedAt: string | null;
  status: 'standing' | 'release-asked' | 'released';
  askedBy: string | null;
  askedAt: string | null;
  askedReason: string | null;
  releasedBy: string | null;
  releasedAt: string | null;
  confirmedAt: string | null;
  confirmedStudies: number | null;
  endedAt: string | null;
}>;

/** `placed`: studies that have it on their stream. `isComing`: it is on its way to others, or off them. */
export type HoldReach = Readonly<{ placed: number; isComing: boolean }>;

export type HoldFilter = 'standing' | 'overdue' | 'release-asked' | 'released' | 'all';

/** `hospital`: those of this hospital and those that are about all; '' for all there are. `now` in ISO 8601. */
export type HoldPage = Readonly<{
  hospital: string;
  state: HoldFilter;
  after: string | undefined;
  limit: number;
  now: string;
}>;

/** Legal holds as those who keep records see them. Each command resolves when fact and row are durable: the studies are held from then on. */
export type HoldDesk = Readonly<{
  /** Opens a case, named by the order. */
  open: (order: HoldOrder, wanted: WantedHold) => Promise<HoldOutcome>;
  act: (order: HoldOrder, hold: string, act: HoldAct) => Promise<HoldOutcome>;
  /** The review that is due first before others. */
  list: (page: HoldPage) => Promise<readonly HoldCase[]>;
  find: (hold: string) => Promise<(HoldCase & HoldReach) | undefined>;
  /** Which of these studies are held now; of one hospital, '' for all. */
  held: (hospital: string, claims: readonly string[]) => Promise<readonly string[]>;
  /** The studies that it is placed on, by claim; of one hospital, '' for all. */
  studies: (
    hold: string,
    page: Readonly<{ hospital: string; after: string; limit: number }>,
  ) => Promise<readonly string[]>;
}>;

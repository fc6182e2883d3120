import type { Event } from '#events/event';

/** What a legal hold is about: studies of one person, one study, or all that fit criteria. */
export type HoldScope = 'patient' | 'study' | 'query';

/**
 * Which studies a query is about: days (YYYYMMDD, '' for none) that the study's date lies between, both counted; groups of modalities and coarse
 * regions, of which one suffices; none: any. A study that doesn't say is held: what is destroyed can't be asked any more.
 */
export type HoldCriteria = Readonly<{
  from: string;
  to: string;
  groups: readonly string[];
  regions: readonly string[];
}>;

/**
 * Nothing that the case is about may be destroyed. `hospital`: whose studies, '' for those of all. `patient` and `claim` are opaque, '' where the
 * scope isn't theirs; `criteria` is null unless it is a query. Times in ISO 8601.
 */
export type HoldOpened = Event<
  'HoldOpened',
  {
    hold: string;
    hospital: string;
    scope: HoldScope;
    patient: string;
    claim: string;
    actor: string;
  },
  { at: string; reason: string; reviewDue: string; criteria: HoldCriteria | null }
>;

/** It is placed on every study that was there; `studies`: on how many. What is stored later inherits it. */
export type HoldConfirmed = Event<'HoldConfirmed', { hold: string; studies: number }>;

/** Somebody found that it is still needed; `reviewDue`: when that is to be asked again. */
export type HoldReviewed = Event<
  'HoldReviewed',
  { hold: string; actor: string },
  { at: string; note: string; reviewDue: string }
>;

/** Somebody asks that it ends; another person decides. */
export type HoldReleaseAsked = Event<
  'HoldReleaseAsked',
  { hold: string; actor: string },
  { at: string; reason: string }
>;

/** It stays: the request is off the table. */
export type HoldReleaseDeclined = Event<
  'HoldReleaseDeclined',
  { hold: string; actor: string },
  { at: string; note: string }
>;

/** Another person than who asked for it lets it end. */
export type HoldReleased = Event<
  'HoldReleased',
  { hold: string; actor: string },
  { at: string; note: string }
>;

/** It is taken off every study. */
export type HoldEnded = Event<'HoldEnded', { hold: string }>;

/** A study is in the scope of a hold, and stays under it until that is released. */
export type LegalHoldPlaced = Event<
  'LegalHoldPlaced',
  { hospital: string; claim: string; hold: string }
>;

/** The hold was released. */
export type LegalHoldReleased = Event<
  'LegalHoldReleased',
  { hospital: string; claim: string; hold: string }
>;

export type HoldEvent =
  | HoldOpened
  | HoldConfirmed
  | HoldReviewed
  | HoldReleaseAsked
  | HoldReleaseDeclined
  | HoldReleased
  | HoldEnded;
export type PlacementEvent = LegalHoldPlaced | LegalHoldReleased;

/** `hold` is opaque; personal parts are sealed under a key of the case, which is the stream's name. */
export const holdStream = (hold: string) => `hold-${hold}`;
/** What befalls a study besides what is stored into it: beside the study's own stream, which is the ingest worker's alone. */
export const placementStream = (claim: string) => `disposition-${claim}`;

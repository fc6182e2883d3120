import type { AccessSubject, Standing, StudyFacts } from '#archive/access/access-facts';
import type { Findable } from './findable.js';
import type { OpaqueIds } from './opaque-ids.js';
import { standingStatement } from './standing-statement.js';

/** A hospital's claim of a study, and what stands between the one who asks and its patient at this moment. */
export type ClaimStanding = Readonly<{ facts: StudyFacts; standing: Standing }>;

/** A study as a request names it: by its UID alone, or one claim of it. */
export type StudyNamed = Readonly<{ study: string; claim?: string }>;

/** Of the one whose rights count, what rows are looked up by. */
export type WhoAsks = Pick<AccessSubject, 'actor' | 'organisation' | 'person'>;

/** All claims of a study over all hospitals, own hospital first, then oldest; empty when nobody holds it, or not that claim. */
export type StandingOf = (who: WhoAsks, named: StudyNamed) => Promise<readonly ClaimStanding[]>;

/** `wallMs`: milliseconds since 1970. */
type StandingPorts = Readonly<{
  rows: Findable['rows'];
  ids: Pick<OpaqueIds, 'claim' | 'study'>;
  wallMs: () => number;
}>;

/** Reads them in one prepared statement, whatever there is to be found. */
export const studyStanding =
  ({ rows, ids, wallMs }: StandingPorts): StandingOf =>
  async ({ actor, organisation, person }, { study, claim = '' }) => {
    const ownClaim = ids.claim(organisation, study);
    const at = new Date(wallMs()).toISOString();
    const asked = {
      study,
      hash: ids.study(study),
      ownClaim,
      claim,
      organisation,
      actor,
      person: person ?? '',
      at,
    };
    const found = await rows(standingStatement(asked));
    return (found as readonly StandingRow[]).map(claimStanding);
  };

/** A row of `standingOf`. */
export type StandingRow = StudyFacts &
  Omit<Standing, 'breakGlass'> &
  Readonly<{ break_glass: boolean }> &
  Record<string, unknown>;

export const claimStanding = (row: StandingRow): ClaimStanding => {
  const { claim, hospital, group, jurisdiction, person, confidentiality, tags, state } = row;
  const { relationship, opposed, granted, excluded, represents, vip, age, withheld } = row;
  return {
    facts: { claim, hospital, group, jurisdiction, person, confidentiality, tags, state },
    standing: {
      relationship,
      opposed,
      granted,
      excluded,
      breakGlass: row.break_glass,
      represents,
      vip,
      age,
      withheld,
    },
  };
};

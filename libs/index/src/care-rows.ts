import type { CareEvent, ConfidentialityEvent } from '#archive/care-events';
import type { ArchiveEvent } from '#archive/catalogue';

/** The tables that say what stands between people and patients (`infra/postgres/0012-access.sql`, `0016-care.sql`). */
export type CareTable =
  | 'relationships'
  | 'relationship_reviews'
  | 'oppositions'
  | 'grants'
  | 'exclusions'
  | 'representatives'
  | 'break_glass'
  | 'person_flags'
  | 'study_access';

/** A row by its columns, or some columns of one; the first column is the key. */
export type CareRow = Readonly<Record<string, unknown>>;

/** put: the whole row. set: these columns of a row that is there. drop: the row goes. */
export type CareChange = Readonly<{
  table: CareTable;
  key: string;
  how: 'put' | 'set' | 'drop';
  row: CareRow;
}>;

const FOR_GOOD = 'infinity';

/** What a fact makes of the rows; nothing when its key is destroyed, and of facts of others. */
export function careChanges(event: ArchiveEvent): readonly CareChange[] {
  switch (event.type) {
    case 'EncounterOpened':
    case 'EncounterClosed':
    case 'RelationshipDeclared':
    case 'RelationshipReviewed':
    case 'RelationshipEnded':
      return relationshipChanges(event);
    case 'BreakGlassOpened':
    case 'BreakGlassReviewed':
      return breakGlassChanges(event);
    case 'OppositionRecorded':
    case 'OppositionWithdrawn':
    case 'ExclusionRecorded':
    case 'ExclusionWithdrawn':
      return refusalChanges(event);
    case 'GrantGiven':
    case 'GrantRevoked':
    case 'RepresentativeNamed':
    case 'RepresentativeRemoved':
      return permissionChanges(event);
    case 'VipFlagged':
    case 'VipUnflagged':
    case 'ConfidentialitySet':
      return markChanges(event);
    default:
      return [];
  }
}

type Of<T extends CareEvent['type']> = Extract<CareEvent, { type: T }>;

const put = (table: CareTable, key: string, row: CareRow): readonly CareChange[] => [
  { table, key, how: 'put', row },
];
const set = (table: CareTable, key: string, row: CareRow): readonly CareChange[] => [
  { table, key, how: 'set', row: { id: key, ...row } },
];
const drop = (table: CareTable, key: string): readonly CareChange[] => [
  { table, key, how: 'drop', row: { id: key } },
];

function relationshipChanges(
  event: Of<`Encounter${'Opened' | 'Closed'}` | `Relationship${'Declared' | 'Reviewed' | 'Ended'}`>,
): readonly CareChange[] {
  if (event.personal === undefined) return [];
  switch (event.type) {
    case 'EncounterOpened': {
      const { patient, encounter, organisation } = event.data;
      const whole = { kind: 'encounter', organisation, actor: '', claim: '' };
      const period = {
        valid_from: event.personal.from,
        valid_until: event.personal.until ?? FOR_GOOD,
      };
      return put('relationships', encounter, {
        id: encounter,
        patient,
        person: patient,
        ...whole,
        ...period,
      });
    }
    case 'EncounterClosed':
      return set('relationships', event.data.encounter, { valid_until: event.personal.until });
    case 'RelationshipDeclared':
      return declaredChanges(event);
    case 'RelationshipReviewed': {
      const { relationship, outcome } = event.data;
      return set('relationship_reviews', relationship, { reviewed_at: event.personal.at, outcome });
    }
    case 'RelationshipEnded':
      return set('relationships', event.data.relationship, { valid_until: event.personal.until });
  }
}

function declaredChanges({ data, personal }: Of<'RelationshipDeclared'>): readonly CareChange[] {
  if (personal === undefined) return [];
  const { relationship: id, patient, kind, organisation, actor, claim, declaredBy, sampled } = data;
  const { from: valid_from, until: valid_until, reviewDue: review_due } = personal;
  const row = {
    id,
    patient,
    person: patient,
    kind,
    organisation,
    actor,
    claim,
    valid_from,
    valid_until,
  };
  const review = {
    id,
    patient,
    organisation,
    actor: declaredBy,
    declared_at: valid_from,
    review_due,
  };
  return [
    ...put('relationships', id, row),
    ...(sampled
      ? put('relationship_reviews', id, { ...review, reviewed_at: null, outcome: null })
      : []),
  ];
}

function breakGlassChanges(
  event: Of<'BreakGlassOpened' | 'BreakGlassReviewed'>,
): readonly CareChange[] {
  if (event.personal === undefined) return [];
  const { breakGlass: id } = event.data;
  if (event.type === 'BreakGlassReviewed')
    return set('break_glass', id, { reviewed_at: event.personal.at, outcome: event.data.outcome });
  const { patient, organisation, actor } = event.data;
  const { from: opened_at, until: valid_until, reviewDue: review_due } = event.personal;
  const times = { opened_at, valid_until, review_due, reviewed_at: null, outcome: null };
  return put('break_glass', id, { id, patient, person: patient, organisation, actor, ...times });
}

function refusalChanges(
  event: Of<`${'Opposition' | 'Exclusion'}${'Recorded' | 'Withdrawn'}`>,
): readonly CareChange[] {
  switch (event.type) {
    case 'OppositionWithdrawn':
      return drop('oppositions', event.data.opposition);
    case 'ExclusionWithdrawn':
      return drop('exclusions', event.data.exclusion);
    case 'OppositionRecorded': {
      if (event.personal === undefined) return [];
      const { opposition: id, patient, hospital, claim } = event.data;
      const since = { valid_from: event.personal.from };
      return put('oppositions', id, { id, patient, person: patient, hospital, claim, ...since });
    }
    case 'ExclusionRecorded': {
      if (event.personal === undefined) return [];
      const { exclusion: id, patient, organisation, actor } = event.data;
      const since = { valid_from: event.personal.from };
      return put('exclusions', id, { id, patient, person: patient, organisation, actor, ...since });
    }
  }
}

function permissionChanges(
  event: Of<'GrantGiven' | 'GrantRevoked' | 'RepresentativeNamed' | 'RepresentativeRemoved'>,
): readonly CareChange[] {
  if (event.personal === undefined) return [];
  switch (event.type) {
    case 'GrantRevoked':
      return set('grants', event.data.grant, { valid_until: event.personal.until });
    case 'RepresentativeRemoved':
      return set('representatives', event.data.representation, {
        valid_until: event.personal.until,
      });
    case 'GrantGiven': {
      const { grant: id, patient, organisation, actor, level, claim } = event.data;
      const period = {
        valid_from: event.personal.from,
        valid_until: event.personal.until ?? FOR_GOOD,
      };
      return put('grants', id, {
        id,
        patient,
        person: patient,
        organisation,
        actor,
        level,
        claim,
        ...period,
      });
    }
    case 'RepresentativeNamed': {
      const { representation: id, patient, representative } = event.data;
      const people = {
        patient,
        person: patient,
        representative,
        representative_person: representative,
      };
      const period = {
        valid_from: event.personal.from,
        valid_until: event.personal.until ?? FOR_GOOD,
      };
      return put('representatives', id, { id, ...people, ...period });
    }
  }
}

function markChanges(
  event: Of<'VipFlagged' | 'VipUnflagged'> | ConfidentialityEvent,
): readonly CareChange[] {
  if (event.type === 'ConfidentialitySet') {
    if (event.personal === undefined) return [];
    const { level, tags } = event.personal.effective;
    const { claim, hospital } = event.data;
    return put('study_access', claim, { claim, hospital, confidentiality: level, tags });
  }
  const { patient } = event.data;
  const vip = event.type === 'VipFlagged' || event.data.vip;
  return put('person_flags', patient, { patient, person: patient, vip });
}

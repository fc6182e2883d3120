/** What becomes of a study in the eyes of one who may not know of all studies. */
export type ChangeKind = 'stored' | 'changed' | 'reassigned' | 'withdrawn' | 'restored';

/** A study that they may know of at this moment. */
export type SeenStudy = Readonly<{ claim: string; hospital: string; person: string }>;

/** A study that they were told of, and how it stood then. `version`: of its stream, the last that was told. */
export type ToldStudy = SeenStudy & Readonly<{ withdrawn: boolean; version: number }>;

/** `at`: when it happened, as ISO 8601 has it. */
export type StudyChange = Readonly<{
  claim: string;
  hospital: string;
  kind: ChangeKind;
  at: string;
}>;

/** A study that is looked at; `version` of its stream as far as the log was read, 0 when nothing new was said there. */
export type LookedAt = Readonly<{ claim: string; version: number; at: string }>;

export type Decided = Readonly<{
  changes: readonly StudyChange[];
  told: readonly ToldStudy[];
}>;

/**
 * What has to be told, and what is told then. A study that may not be known of is told as withdrawn when it was told before, and never otherwise: why
 * it went is not told. The same again decides nothing. Pure.
 */
export function decideChanges(
  looked: readonly LookedAt[],
  seen: ReadonlyMap<string, SeenStudy>,
  told: ReadonlyMap<string, ToldStudy>,
): Decided {
  const decided = looked.map((one) => decideOne(one, seen.get(one.claim), told.get(one.claim)));
  return {
    changes: decided.flatMap(({ changes }) => changes),
    told: decided.flatMap((one) => (one.told === undefined ? [] : [one.told])),
  };
}

type One = Readonly<{ changes: readonly StudyChange[]; told?: ToldStudy }>;

const NOTHING: One = { changes: [] };

function decideOne(
  { claim, version, at }: LookedAt,
  seen: SeenStudy | undefined,
  told: ToldStudy | undefined,
): One {
  if (seen === undefined) {
    if (told === undefined || told.withdrawn) return NOTHING;
    const change = { claim, hospital: told.hospital, kind: 'withdrawn', at } as const;
    return { changes: [change], told: { ...told, withdrawn: true } };
  }
  const kinds = kindsOf(seen, told, version);
  if (kinds.length === 0) return NOTHING;
  const { hospital, person } = seen;
  return {
    changes: kinds.map((kind) => ({ claim, hospital, kind, at })),
    told: {
      ...{ claim, hospital, person, withdrawn: false },
      version: Math.max(version, told?.version ?? 0),
    },
  };
}

function kindsOf(
  { person }: SeenStudy,
  told: ToldStudy | undefined,
  version: number,
): readonly ChangeKind[] {
  if (told === undefined) return ['stored'];
  if (told.withdrawn) return ['restored'];
  const kinds: ChangeKind[] = [];
  if (person !== told.person) kinds.push('reassigned');
  if (version > told.version) kinds.push('changed');
  return kinds;
}

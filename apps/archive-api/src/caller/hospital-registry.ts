import type { Pool } from 'pg';
import type { Freeze, HospitalSettings } from '#archive/hospital-events';
import type { TrustedIssuer } from '#platform/issuers';
import {
  type ClientEntry,
  type HospitalEntry,
  registryEntries,
  revocationKey,
} from './registry-entries.js';

export const HOSPITAL_REGISTRY = Symbol('HospitalRegistry');

/**
 * What decisions at the edge need to know of hospitals, kept in memory: a change in the database is seen within REGISTRY_POLL_MS and
 * one statement. What was seen longer ago than FRESH_MS_MAX isn't relied on: who asks for data waits for a look.
 */
export type HospitalRegistry = Readonly<{
  find: (hospital: string) => HospitalEntry | undefined;
  client: (id: string) => ClientEntry | undefined;
  /** Another list whenever something changed. */
  issuers: () => readonly TrustedIssuer[];
  /** Whether a token of this actor, issued then, was revoked. */
  isRevoked: (token: Readonly<{ issuer: string; actor: string; issuedAtMs: number }>) => boolean;
  /** Whether a crisis has frozen this for the hospital: storing, deletions and exports ask here. */
  isFrozen: (hospital: string, what: Freeze) => boolean;
  isFallbackOpen: (hospital: string) => boolean;
  isFresh: () => boolean;
  /** Looks for changes; those who ask together share one look. `all`: reads everything, changed or not. */
  look: (all?: 'all') => Promise<void>;
}>;

/** How often every process looks for changes. */
export const REGISTRY_POLL_MS = 1_000;
const FRESH_MS_MAX = 3_000;
/** Everything is read again so often, whatever the version says: rows may be put right by hand. */
const ALL_MS_MAX = 60_000;

export type RegistryClock = Readonly<{ nowMs: () => number; wallMs: () => number }>;

/** The registry over the database; empty until the first look. `configured`: issuers beside those of hospitals. */
export function hospitalRegistry(
  pool: Pick<Pool, 'query'>,
  configured: readonly TrustedIssuer[],
  { nowMs, wallMs }: RegistryClock,
): HospitalRegistry {
  let entries = registryEntries([], [], configured);
  let version: string | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let readAtMs = Number.NEGATIVE_INFINITY;
  const lookOnce = async (all: boolean): Promise<void> => {
    const startedMs = nowMs();
    const whole = all || startedMs - readAtMs >= ALL_MS_MAX;
    const found = await readRegistry(pool, whole ? undefined : version);
    if (found !== undefined) {
      const { hospitals, revocations } = found;
      ({ version } = found);
      entries = registryEntries(hospitals.map(entryOf), revocations.map(revocationOf), configured);
      readAtMs = startedMs;
    }
    lookedAtMs = startedMs;
  };
  const lookShared = shared(() => lookOnce(false));
  const lookAllShared = shared(() => lookOnce(true));
  const find = (hospital: string) => entries.hospitals.get(hospital);
  return {
    find,
    client: (id) => entries.clients.get(id),
    issuers: () => entries.issuers,
    isRevoked: ({ issuer, actor, issuedAtMs }) =>
      [actor, ''].some((who) => {
        const beforeMs = entries.revocations.get(revocationKey(issuer, who));
        return beforeMs !== undefined && issuedAtMs < beforeMs;
      }),
    isFrozen: (hospital, what) => find(hospital)?.frozen.includes(what) ?? false,
    isFallbackOpen: (hospital) => (find(hospital)?.fallbackUntilMs ?? 0) > wallMs(),
    isFresh: () => nowMs() - lookedAtMs < FRESH_MS_MAX,
    look: (all) => (all === undefined ? lookShared() : lookAllShared()),
  };
}

/* Who comes while a look is under way joins the next one: the first may have read before the change that they know of. */
function shared(look: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    running = look().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}

type HospitalRow = Readonly<{
  hospital: string;
  group: string;
  status: string;
  frozen: readonly Freeze[];
  fallbackUntilMs: number;
  settings: HospitalSettings | Readonly<Record<string, never>>;
}>;
type RevocationRow = Readonly<{ issuer: string; actor: string; beforeMs: number | null }>;
type Found = Readonly<{
  version: string;
  hospitals: readonly HospitalRow[];
  revocations: readonly RevocationRow[];
}>;

/* One statement is one snapshot: the rows are those of the version. */
const READ = `select s.version::text,
    (select coalesce(jsonb_agg(jsonb_build_object('hospital', hospital, 'group', hospital_group, 'status', status,
       'frozen', frozen, 'settings', settings,
       'fallbackUntilMs', coalesce(floor(extract(epoch from fallback_until) * 1000), 0)) order by onboarded_at, hospital), '[]')
     from hospitals) as hospitals,
    (select coalesce(jsonb_agg(jsonb_build_object('issuer', issuer, 'actor', actor,
       'beforeMs', case when isfinite(before) then floor(extract(epoch from before) * 1000) end)), '[]')
     from revocations) as revocations
  from registry_state s where s.version::text is distinct from $1::text`;

async function readRegistry(
  pool: Pick<Pool, 'query'>,
  version: string | undefined,
): Promise<Found | undefined> {
  const { rows } = await pool.query<Found>({
    name: 'registry',
    text: READ,
    values: [version ?? null],
  });
  return rows[0];
}

const entryOf = ({ settings, status, ...row }: HospitalRow): HospitalEntry => ({
  ...row,
  suspended: status === 'suspended',
  settings: 'issuers' in settings ? (settings as HospitalSettings) : null,
});

const revocationOf = ({ beforeMs, ...row }: RevocationRow) => ({
  ...row,
  beforeMs: beforeMs ?? Number.POSITIVE_INFINITY,
});

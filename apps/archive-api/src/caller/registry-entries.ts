import type { Freeze, HospitalSettings, MachineClient } from '#archive/hospital-events';
import { HOSPITAL_ROLES } from '#platform/hospital-file';
import type { TrustedIssuer } from '#platform/issuers';

/** A hospital as the edge knows it. `settings` null: it was onboarded by its name alone. */
export type HospitalEntry = Readonly<{
  hospital: string;
  group: string;
  suspended: boolean;
  frozen: readonly Freeze[];
  /** When the fallback ends; 0 when it isn't open. */
  fallbackUntilMs: number;
  settings: HospitalSettings | null;
}>;

/** A program that may ask for tokens, and whose it is. */
export type ClientEntry = Readonly<{ hospital: string; client: MachineClient }>;

/** A row of `revocations`; `beforeMs` may be Infinity. */
export type Revocation = Readonly<{ issuer: string; actor: string; beforeMs: number }>;

/** All that the edge keeps in memory, as one statement saw it. */
export type RegistryEntries = Readonly<{
  hospitals: ReadonlyMap<string, HospitalEntry>;
  clients: ReadonlyMap<string, ClientEntry>;
  /** Those of the configuration and of hospitals. */
  issuers: readonly TrustedIssuer[];
  /** By issuer and actor; actor '' is for all of the issuer. */
  revocations: ReadonlyMap<string, number>;
}>;

/** Puts the entries together. */
export function registryEntries(
  hospitals: readonly HospitalEntry[],
  revocations: readonly Revocation[],
  configured: readonly TrustedIssuer[],
): RegistryEntries {
  return {
    hospitals: new Map(hospitals.map((entry) => [entry.hospital, entry])),
    clients: new Map(hospitals.flatMap(clientsOf)),
    issuers: [...configured, ...hospitals.flatMap((entry) => issuersOf(entry, configured))],
    revocations: new Map(
      revocations.map(({ issuer, actor, beforeMs }) => [revocationKey(issuer, actor), beforeMs]),
    ),
  };
}

/** How a revocation is found. */
export const revocationKey = (issuer: string, actor: string): string => `${issuer}\0${actor}`;

const clientsOf = ({ hospital, settings }: HospitalEntry): [string, ClientEntry][] =>
  (settings?.clients ?? []).map((client) => [client.id, { hospital, client }]);

/* An issuer of the configuration is the operator's: a hospital can't speak in its name. */
const issuersOf = (
  { hospital, settings }: HospitalEntry,
  configured: readonly TrustedIssuer[],
): TrustedIssuer[] =>
  (settings?.issuers ?? [])
    .filter(({ issuer }) => !configured.some((own) => own.issuer === issuer))
    .map(({ issuer, audience, keys, claims, values, mfa }) => ({
      issuer,
      audience,
      keys,
      organisations: [hospital],
      claims: {
        org: claims.organisation,
        roles: claims.roles,
        affiliations: claims.affiliations,
      },
      values,
      mfa,
      roles: HOSPITAL_ROLES,
    }));

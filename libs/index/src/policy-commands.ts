import type { AccessPolicy } from '#archive/access/access-table';
import type { PolicyRefusal, PublishPolicy } from '#archive/access/decide-policy';

/** Who publishes it and under which id (a UUID): the same order again publishes nothing more. */
export type PolicyOrder = Readonly<{ id: string; actor: string }>;

/** A table that was published, without its rows. `publishedAt` as ISO 8601 has it. */
export type PublishedVersion = Readonly<{
  version: string;
  basedOn: string;
  publishedAt: string;
  actor: string;
}>;

/** The tables of who may see what. */
export type AccessPolicies = Readonly<{
  publish: (
    order: PolicyOrder,
    command: PublishPolicy,
  ) => Promise<Readonly<{ ok: true } | { ok: false; refusal: PolicyRefusal }>>;
  /** The latest `limit`, the latest first. */
  versions: (limit: number) => Promise<readonly PublishedVersion[]>;
  /** One version, or the latest; undefined when it was never published, or nothing was. */
  read: (version?: string) => Promise<AccessPolicy | undefined>;
}>;

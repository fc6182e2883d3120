import type { RetentionRefusal } from '#archive/retention/decide-retention';
import type {
  PublishRetention,
  RetentionPolicyRefusal,
} from '#archive/retention/decide-retention-policy';
import type { RetentionEvent } from '#archive/retention-events';
import type { RetentionTable } from '#retention/retention-policy';
import type { PolicyOrder, PublishedVersion } from './policy-commands.js';

/** `erased`: the key of the patient or study is destroyed, nothing can be kept about them any more. */
export type RetentionOutcome =
  | Readonly<{ ok: true }>
  | Readonly<{ ok: false; refusal: RetentionRefusal | 'erased' }>;

/** What schedules hang on: each resolves when the fact and its rows are durable, together. */
export type RetentionCommands = Readonly<{
  record: (order: PolicyOrder, fact: RetentionEvent) => Promise<RetentionOutcome>;
}>;

/** The published policies of keeping. */
export type RetentionPolicies = Readonly<{
  publish: (
    order: PolicyOrder,
    command: PublishRetention,
  ) => Promise<Readonly<{ ok: true } | { ok: false; refusal: RetentionPolicyRefusal }>>;
  /** The latest `limit`, the latest first. */
  versions: (limit: number) => Promise<readonly PublishedVersion[]>;
  /** One version, or the latest; undefined when it was never published, or nothing was. */
  read: (version?: string) => Promise<RetentionTable | undefined>;
}>;

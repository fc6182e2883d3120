import { accept, type Decider, refuse } from '#events/decider';
import { RETENTION_TABLE } from '#retention/built-in-policies';
import { faultOfRetention, type RetentionFault } from '#retention/retention-fault';
import type { RetentionTable } from '#retention/retention-policy';
import type { RetentionPolicyPublished } from '../retention-events.js';

/** Publishes policies in the place of those that their author read. */
export type PublishRetention = Readonly<{ basedOn: string; table: RetentionTable }>;

/** `overtaken`: another version is in force than they are based on. `version-used`: a version names one table for good. */
export type RetentionPolicyRefusal = 'overtaken' | 'version-used' | RetentionFault;

/** The versions that were in force, the latest last; the built-in one was the first. */
type Versions = readonly string[];

export const retentionPolicy: Decider<
  Versions,
  PublishRetention,
  RetentionPolicyPublished,
  RetentionPolicyRefusal
> = {
  initial: [RETENTION_TABLE.version],
  evolve: (versions, { data }) => [...versions, data.table.version],
  decide: ({ basedOn, table }, versions) => {
    if (versions.at(-1) !== basedOn) return refuse('overtaken');
    if (versions.includes(table.version)) return refuse('version-used');
    const fault = faultOfRetention(table);
    if (fault !== undefined) return refuse(fault);
    return accept({ type: 'RetentionPolicyPublished', data: { basedOn, table } });
  },
};

import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy } from '#archive/access/access-table';
import { type InForce, openInForce } from './in-force.js';

/** The table that decides at this moment. `look` asks at once. */
export type PolicyInForce = InForce<AccessPolicy>;

/** The latest that was published, the built-in one before any was; looked for once before it resolves, and again and again until `close`. */
export const openPolicyInForce = (
  policies: Readonly<{ read: () => Promise<AccessPolicy | undefined> }>,
  report: (error: unknown) => void,
): Promise<PolicyInForce> => openInForce(policies, accessPolicy, report);

import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy } from '#archive/access/access-table';
import type { AccessPolicies } from '#index/policy-commands';

/** Every edge looks so often whether another table was published: it is in force within a minute, wherever. */
const LOOK_MS = 5_000;

/** The table that decides at this moment. `look` asks at once. */
export type PolicyInForce = Readonly<{
  current: () => AccessPolicy;
  look: () => Promise<void>;
  close: () => void;
}>;

/** The latest that was published, the built-in one before any was; looked for once before it resolves, and again and again until `close`. */
export async function openPolicyInForce(
  { read }: Pick<AccessPolicies, 'read'>,
  report: (error: unknown) => void,
): Promise<PolicyInForce> {
  let current: AccessPolicy = accessPolicy;
  const look = async () => {
    current = (await read()) ?? accessPolicy;
  };
  await look();
  const timer = setInterval(() => look().catch(report), LOOK_MS).unref();
  return { current: () => current, look, close: () => clearInterval(timer) };
}

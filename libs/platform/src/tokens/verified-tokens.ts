import type { CallerClaims } from './caller-claims.js';

const TRUST_MS_MAX = 60_000;
const TOKENS_MAX = 10_000;

/** What was verified lately. Full, it forgets the oldest; an attacker's tokens never get in, only verified ones do. */
export type VerifiedTokens = Readonly<{
  find: (token: string) => CallerClaims | undefined;
  add: (token: string, caller: CallerClaims) => void;
}>;

export function createVerifiedTokens(nowMs: () => number): VerifiedTokens {
  const entries = new Map<string, { caller: CallerClaims; untilMs: number }>();
  return {
    find: (token) => {
      const entry = entries.get(token);
      if (entry && entry.untilMs > nowMs()) return entry.caller;
      if (entry) entries.delete(token);
      return undefined;
    },
    add: (token, caller) => {
      const [oldest] = entries.keys();
      if (entries.size >= TOKENS_MAX && oldest !== undefined) entries.delete(oldest);
      entries.set(token, { caller, untilMs: Math.min(nowMs() + TRUST_MS_MAX, caller.expiresAtMs) });
    },
  };
}

import type { AuditEntry } from './audit-entry.js';

/** Attempts of one kind are told by the minute: whoever floods the archive with bad tokens adds no more rows than this. */
export const REFUSALS_TOLD_MS = 60_000;
/** Kinds of attempts that are kept apart; more are one kind, `other`. */
const KINDS_MAX = 256;

/** A request without a credential that counts. `door`: what was knocked at; `why`: the code of the refusal. Both of closed vocabularies: nothing of the request itself. */
export type RefusedCredential = Readonly<{ door: string; why: string }>;

export type RefusalPorts = Readonly<{
  /** Resolves when all of them are durable. */
  write: (entries: readonly AuditEntry[]) => Promise<void>;
  wallMs: () => number;
  newId: () => string;
}>;

/** What an edge was asked without a credential that counts. `tell` writes down what was counted since; what can't be written stays counted. */
export type RefusedCredentials = Readonly<{
  note: (refused: RefusedCredential) => void;
  tell: () => Promise<void>;
}>;

type Counted = RefusedCredential & { attempts: number };

/** Counts them: each kind is one record for all that was counted since it was told last, which stands for itself and its `repeats`. */
export function refusedCredentials({ write, wallMs, newId }: RefusalPorts): RefusedCredentials {
  let counted = new Map<string, Counted>();
  const add = ({ door, why, attempts }: Counted) => {
    const isKnown = counted.has(`${door} ${why}`);
    const kind = isKnown || counted.size < KINDS_MAX ? { door, why } : OTHER;
    const key = `${kind.door} ${kind.why}`;
    const before = counted.get(key)?.attempts ?? 0;
    counted.set(key, { ...kind, attempts: before + attempts });
  };
  return {
    note: (refused) => add({ ...refused, attempts: 1 }),
    tell: async () => {
      if (counted.size === 0) return;
      const told = [...counted.values()];
      counted = new Map();
      const nowMs = wallMs();
      const windowStart = new Date(nowMs - (nowMs % REFUSALS_TOLD_MS)).toISOString();
      try {
        await write(told.map((one) => entryOf(newId(), one, windowStart)));
      } catch (error) {
        for (const one of told) add(one);
        throw error;
      }
    },
  };
}

const OTHER: RefusedCredential = { door: 'other', why: 'other' };

const NOBODY = {
  ...{ policyVersion: '', actor: '', organisation: '', roles: [], machine: false },
  ...{ behalfActor: '', behalfOrganisation: '', purpose: '', hospital: '', claim: '' },
  ...{ person: '', breakGlass: false, obligations: [] },
} as const;

const entryOf = (
  id: string,
  { door, why, attempts }: Counted,
  windowStart: string,
): AuditEntry => ({
  id,
  open: {
    ...NOBODY,
    ...{ kind: door, action: 'authenticate', outcome: 'deny', rule: why },
    ...{ windowStart, repeats: attempts - 1 },
  },
  personal: { issuer: '', subject: '' },
});

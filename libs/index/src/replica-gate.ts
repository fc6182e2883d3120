/** `behind`: it lacks what the primary has committed. `promoted`: it follows nobody. `foreign`: it follows another server, or did on another timeline. */
export type ReplicaState = 'following' | 'behind' | 'away' | 'promoted' | 'foreign';

/** Whether searches try the replica. */
export type ReplicaGate = Readonly<{
  isOpen: () => boolean;
  /** True once each time that a closed one is to be looked at again; whoever hears it says what was found. */
  isDue: () => boolean;
  found: (state: ReplicaState, cause?: unknown) => void;
}>;

export type GateOptions = Readonly<{
  nowMs: () => number;
  /** Hears of a change of the state, not more often than every TELL_MS_MIN. */
  tell: (state: ReplicaState, cause: unknown) => void;
}>;

/** A replica that lags is soon level again; one that is away takes its time. */
const BEHIND_RETRY_MS = 100;
const AWAY_RETRY_MS = 1_000;
const TELL_MS_MIN = 5_000;

/** Closed at first, and while the replica is of no use: searches then don't wait for it. */
export function replicaGate({ nowMs, tell }: GateOptions): ReplicaGate {
  let state: ReplicaState | undefined;
  let retryAtMs = Number.NEGATIVE_INFINITY;
  let told: Readonly<{ state: ReplicaState; atMs: number }> | undefined;
  const tellChange = (now: ReplicaState, cause: unknown) => {
    if (now === told?.state || (told && nowMs() - told.atMs < TELL_MS_MIN)) return;
    told = { state: now, atMs: nowMs() };
    tell(now, cause);
  };
  return {
    isOpen: () => state === 'following',
    isDue: () => {
      if (state === 'following' || nowMs() < retryAtMs) return false;
      retryAtMs = Number.POSITIVE_INFINITY;
      return true;
    },
    found: (now, cause) => {
      state = now;
      retryAtMs = nowMs() + (now === 'behind' ? BEHIND_RETRY_MS : AWAY_RETRY_MS);
      tellChange(now, cause);
    },
  };
}

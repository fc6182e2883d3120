/** Places for requests that are being answered. A place is held until the answer is with the client, however slowly it takes it. */
export type AnswerGate = Readonly<{
  /** The function that lets the place go, once; a promise of it while none is free; undefined when none will be free soon. */
  enter: (hospital: string) => (() => void) | Promise<(() => void) | undefined> | undefined;
}>;

/** `hospitalMax`: of `placesMax` places, how many one hospital holds at most, so that the others always find some. */
export type AnswerGateLimits = Readonly<{
  placesMax: number;
  hospitalMax: number;
  /** Requests that wait for a place, in all, and how long each does. */
  waitingMax: number;
  waitMsMax: number;
}>;

/** A place costs about a megabyte while a slow client takes a stream. */
export const ANSWER_GATE_LIMITS: AnswerGateLimits = {
  placesMax: 512,
  hospitalMax: 320,
  waitingMax: 4_096,
  waitMsMax: 10_000,
};

type Waiting = Readonly<{ hospital: string; take: (leave: (() => void) | undefined) => void }>;

/** Who waits gets a place in the order of arrival, passing over those whose hospital holds its share. */
export function answerGate(limits: AnswerGateLimits): AnswerGate {
  const held = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let places = 0;
  const isFree = (hospital: string) =>
    places < limits.placesMax && (held.get(hospital) ?? 0) < limits.hospitalMax;
  const hold = (hospital: string): (() => void) => {
    places += 1;
    held.set(hospital, (held.get(hospital) ?? 0) + 1);
    return once(() => {
      places -= 1;
      const left = (held.get(hospital) ?? 0) - 1;
      if (left > 0) held.set(hospital, left);
      else held.delete(hospital);
      letIn();
    });
  };
  const letIn = () => {
    for (const each of waiting) {
      if (places >= limits.placesMax) return;
      if (!isFree(each.hospital)) continue;
      waiting.delete(each);
      each.take(hold(each.hospital));
    }
  };
  return {
    enter: (hospital) => {
      if (isFree(hospital)) return hold(hospital);
      if (waiting.size >= limits.waitingMax) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(entry);
          resolve(undefined);
        }, limits.waitMsMax);
        const take: Waiting['take'] = (leave) => {
          clearTimeout(timer);
          resolve(leave);
        };
        const entry: Waiting = { hospital, take };
        waiting.add(entry);
      });
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}

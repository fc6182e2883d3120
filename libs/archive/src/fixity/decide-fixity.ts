import { accept, type Decider } from '#events/decider';
import type {
  FixityBatchEvent,
  FixityBatchVerified,
  FixityEvent,
  FixityFailed,
  FixityHealed,
} from '../fixity-events.js';

/** What was found of a pack of the study. */
export type FixityCommand =
  | Readonly<{ found: 'damaged' } & FixityFailed['data']>
  | Readonly<{ found: 'sound' } & FixityHealed['data']>;

/** Packs of the study that are damaged: what was told of each. */
export type FixityState = ReadonlyMap<string, string>;

/** The same damage is told once, and its end once. */
export const fixity: Decider<FixityState, FixityCommand, FixityEvent, never> = {
  initial: new Map(),
  decide: (command, state) => {
    const told = state.get(command.pack);
    if (command.found === 'sound') {
      const { found: _sound, ...data } = command;
      return told === undefined ? accept() : accept({ type: 'FixityHealed', data });
    }
    const { found: _damaged, ...data } = command;
    return told === fingerprint(data) ? accept() : accept({ type: 'FixityFailed', data });
  },
  evolve: (state, event) => {
    const next = new Map(state);
    if (event.type === 'FixityHealed') next.delete(event.data.pack);
    else next.set(event.data.pack, fingerprint(event.data));
    return next;
  },
};

const fingerprint = ({ damage, count, contents }: FixityFailed['data']): string =>
  JSON.stringify([damage, count, contents.map(({ sha256, found }) => [sha256, found])]);

/** A batch is told once, whoever read it. */
export const fixityBatch: Decider<boolean, FixityBatchVerified['data'], FixityBatchEvent, never> = {
  initial: false,
  decide: (data, isTold) =>
    isTold ? accept() : accept({ type: 'FixityBatchVerified', data } as const),
  evolve: () => true,
};

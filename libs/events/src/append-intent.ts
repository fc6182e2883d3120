import type { Append } from './event-store.js';

/**
 * An append to a log that doesn't commit with the database of its rows, written down there before (ADR 16). `claims`: the studies whose locks it
 * needs. It may be appended by anybody who finds it, any number of times: its event ids make a repeat no new fact.
 */
export type AppendIntent = Readonly<{
  id: string;
  claims: readonly string[];
  appends: readonly Append[];
}>;

/** What dead processes intended, for whoever ends it; `Client` is a transaction of the database that keeps intents. */
export type OpenIntents<Client> = Readonly<{
  /** Ids and claims of all that are open, those of the living too, the oldest first. */
  list: () => Promise<readonly Omit<AppendIntent, 'appends'>[]>;
  /** Makes a dead one's intent ours for the client's transaction; false while its owner lives. */
  adopt: (client: Client, id: string) => Promise<boolean>;
  /** The appends of an intent that is ours; undefined when it has been taken away. */
  read: (client: Client, id: string) => Promise<readonly Append[] | undefined>;
  /** Takes an intent away whose append was recorded and applied, or was refused for good. */
  end: (client: Client, id: string) => Promise<void>;
}>;

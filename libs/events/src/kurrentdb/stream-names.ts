import { type RegexFilter, streamNameFilter } from '@kurrent/kurrentdb-client';

/** How streams and event ids are named on the server. */
export type StreamNames = Readonly<{
  ofStream: (stream: string) => string;
  /** The stream whose one event tells where the event of this id is. */
  ofId: (id: string) => string;
  /** The stream that has this name. */
  streamOf: (name: string) => string;
  /** Leaves out what the server and this adapter keep for themselves. */
  filter: RegexFilter;
}>;

const ID_PREFIX = 'event-id-';
/* KurrentDB's own streams begin with a dollar sign. */
const RESERVED = /^(\$|event-id-)/;
const PREFIX = /^[a-z0-9-]{0,64}$/;

/** A stream is named as it is, behind `prefix`: several logs with prefixes of their own can share a server. */
export function streamNames(prefix: string): StreamNames {
  if (!PREFIX.test(prefix))
    throw new Error('a prefix of streams has lower-case letters and digits');
  return {
    ofStream: (stream) => {
      if (RESERVED.test(stream)) throw new Error('the name of this stream is reserved');
      return prefix + stream;
    },
    ofId: (id) => `${prefix}${ID_PREFIX}${id}`,
    streamOf: (name) => name.slice(prefix.length),
    filter: streamNameFilter({ regex: `^${prefix}(?!\\$|${ID_PREFIX})` }),
  };
}

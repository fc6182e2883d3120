import { type DestinationStream, type Logger, pino } from 'pino';
import { describeError } from './log/describe-error.js';

/** One JSON line per entry; no personal data goes into any of them. */
export type Log = Logger;

/** `name` is the process; `destination` is standard output unless a command needs that for its answer. */
export type LogOptions = Readonly<{
  name: string;
  level: string;
  destination?: DestinationStream | number;
}>;

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'masterKey',
  'lookupKey',
  'url',
];

/** Fields that could carry a secret are blanked wherever they stand; errors lose what could identify a person. */
export function createLog({ name, level, destination = 1 }: LogOptions): Log {
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label }) },
    },
    typeof destination === 'number' ? pino.destination(destination) : destination,
  );
}

import { isIP } from 'node:net';
import { z } from 'zod';
import { wholeNumber } from './whole-number.js';

/** Where hospitals send HL7 v2 to (MLLP), and what one of them may take. */
export type MllpSettings = Readonly<{
  host: string;
  port: number;
  /** Files in PEM form; undefined: connections aren't encrypted. */
  tls: MllpTls | undefined;
  connectionsMax: number;
  messageBytesMax: number;
  /** How long a connection may be silent between messages. */
  idleMs: number;
  /** How long a message may take from its first byte to its last. */
  messageMs: number;
  /** Where the edge is asked for duplicates; undefined: on this machine, at PORT. */
  edgeUrl: string | undefined;
}>;

/** `caFile`: who vouches for senders; every sender has to show a certificate. */
export type MllpTls = Readonly<{ keyFile: string; certFile: string; caFile: string }>;

export const mllpSettings = {
  ARKIM_MLLP_PORT: wholeNumber(1, 65_535).optional(),
  ARKIM_MLLP_HOST: z
    .string()
    .refine((text) => isIP(text) !== 0, 'must be an IP address')
    .default('127.0.0.1'),
  ARKIM_MLLP_TLS_KEY_FILE: z.string().optional(),
  ARKIM_MLLP_TLS_CERT_FILE: z.string().optional(),
  ARKIM_MLLP_TLS_CA_FILE: z.string().optional(),
  ARKIM_MLLP_CONNECTIONS_MAX: wholeNumber(1, 10_000).default(100),
  ARKIM_MLLP_MESSAGE_BYTES_MAX: wholeNumber(4_096, 16_777_216).default(1_048_576),
  ARKIM_MLLP_IDLE_MS: wholeNumber(100, 86_400_000).default(3_600_000),
  ARKIM_MLLP_MESSAGE_MS: wholeNumber(100, 600_000).default(30_000),
  ARKIM_MLLP_EDGE_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/?#@]+$/, 'must be an http or https address without a path')
    .optional(),
};

type Set = z.infer<z.ZodObject<typeof mllpSettings>>;

const TLS_NAMES = [
  'ARKIM_MLLP_TLS_KEY_FILE',
  'ARKIM_MLLP_TLS_CERT_FILE',
  'ARKIM_MLLP_TLS_CA_FILE',
] as const;

/** The file that is missing beside others: senders without certificates of their own would look like any hospital. */
export const missingMllpFile = (set: Set): string | undefined =>
  TLS_NAMES.some((name) => set[name] !== undefined)
    ? TLS_NAMES.find((name) => set[name] === undefined)
    : undefined;

/** Undefined: nobody listens. */
export const mllpOf = (set: Set): MllpSettings | undefined =>
  set.ARKIM_MLLP_PORT === undefined
    ? undefined
    : {
        host: set.ARKIM_MLLP_HOST,
        port: set.ARKIM_MLLP_PORT,
        tls: tlsOf(set),
        connectionsMax: set.ARKIM_MLLP_CONNECTIONS_MAX,
        messageBytesMax: set.ARKIM_MLLP_MESSAGE_BYTES_MAX,
        idleMs: set.ARKIM_MLLP_IDLE_MS,
        messageMs: set.ARKIM_MLLP_MESSAGE_MS,
        edgeUrl: set.ARKIM_MLLP_EDGE_URL,
      };

const tlsOf = (set: Set): MllpTls | undefined => {
  const [keyFile, certFile, caFile] = TLS_NAMES.map((name) => set[name]);
  if (keyFile === undefined || certFile === undefined || caFile === undefined) return undefined;
  return { keyFile, certFile, caFile };
};

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  engineSettings,
  missingBeside,
  type S3Settings,
  s3SettingsOf,
} from './config/engine-settings.js';
import { type FixitySettings, fixityOf, fixitySettings } from './config/fixity-setting.js';
import { withSecretFiles } from './config/from-files.js';
import { issuersSetting, type TrustedIssuer } from './config/issuers-setting.js';
import {
  type KeySettings,
  keySettings,
  keySettingsOf,
  missingKeySetting,
} from './config/keys-setting.js';
import { type MllpSettings, missingMllpFile, mllpOf, mllpSettings } from './config/mllp-setting.js';
import {
  type StoreLimits,
  storeLimitSettings,
  storeLimitsOf,
} from './config/store-limits-setting.js';
import { type SyslogTarget, syslogSetting } from './config/syslog-setting.js';
import {
  missingTimeStamp,
  type TimeStampSettings,
  timeStampSettings,
  timeStampsOf,
} from './config/time-stamp-setting.js';
import { type WebhookSettings, webhookSettings } from './config/webhook-setting.js';
import { wholeNumber } from './config/whole-number.js';
import type { Program } from './database-roles.js';
import { OperatorFault } from './operator-fault.js';

/** The settings of design §6, checked; the README's table documents each. */
export type Config = Readonly<{
  port: number;
  host: string;
  /** How many processes of the edge share the port. */
  edges: number;
  /** Which of them this is, counted from 1; undefined in any other program. */
  edge: number | undefined;
  /** Absolute. */
  dataFolder: string;
  demo: boolean;
  /** Undefined: the embedded server of the data folder. */
  postgresUrl: string | undefined;
  /** Logins of single programs beside `postgresUrl`; a program without one takes its role up with the login of `postgresUrl`. */
  programUrls: Readonly<Record<Program, string | undefined>>;
  /** A server that follows `postgresUrl`, for searches only. */
  replicaUrl: string | undefined;
  /** Where the programs reach a pooler of `postgresUrl`'s server; each with the user and password of its own URL (ADR 17). */
  poolerUrl: string | undefined;
  /** Undefined: objects are files of the data folder. */
  s3: S3Settings | undefined;
  /** Undefined: the log of events is in PostgreSQL. */
  kurrentUrl: string | undefined;
  /** Before the names of this archive's streams, so that several archives can share a server. */
  kurrentPrefix: string;
  issuers: readonly TrustedIssuer[];
  /** What a proxy that ends TLS sends in Arkim-Proxy-Secret, so that its Client-Cert is believed (RFC 9440); undefined: none is. */
  proxySecret: string | undefined;
  /** How the archive names itself where machines ask it for tokens: the audience of their assertions. */
  tokenIssuer: string;
  /** Where everybody reaches the archive: what documents that go out name. Without slash at the end. */
  publicUrl: string;
  logLevel: LogLevel;
  /** Where access records are told as syslog over TLS (RFC 5425); undefined: nowhere. */
  auditSyslog: SyslogTarget | undefined;
  /** How long a store waits for its receipt before it answers 503 (design D14). */
  storeWaitMs: number;
  storeLimits: StoreLimits;
  /** How long nothing must be stored into a study before its bytes are settled (design D3). */
  settleQuietMs: number;
  /** Undefined: nobody listens for HL7 v2. */
  mllp: MllpSettings | undefined;
  webhooks: WebhookSettings;
  /** Days between the last approval of a disposal and its beginning. */
  disposalGraceDays: number;
  fixity: FixitySettings;
  /** Who stamps the seals of the log; undefined: nobody. */
  timeStamps: TimeStampSettings | undefined;
  keys: KeySettings;
}>;

export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** More than any machine of today has processors to spare for. */
const EDGES_MAX = 16;
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*$/;

const PUBLIC_URL = /^https?:\/\/[A-Za-z0-9.\-_:[\]]{1,255}(\/[\x21-\x7e]{0,200})?$/;

/** Reads the settings from the environment, and secrets from the files that it names; an empty value counts as unset. Throws OperatorFault at the first wrong ones. */
export function readConfig(environment: Environment = process.env): Config {
  const given = withSecretFiles(environment);
  const named = Object.keys(settings.shape).map((name) => [name, given[name] || undefined]);
  const read = settings.safeParse(Object.fromEntries(named));
  if (!read.success)
    throw new OperatorFault(
      read.error.issues.map(({ path, message }) => `${path[0]?.toString()}: ${message}`).join('; '),
    );
  const { data } = read;
  return {
    port: data.PORT,
    host: data.ARKIM_HOST,
    edges: data.ARKIM_EDGES,
    edge: data.ARKIM_EDGE,
    dataFolder: resolve(data.ARKIM_DATA),
    demo: data.ARKIM_DEMO === '1',
    postgresUrl: data.ARKIM_POSTGRES_URL,
    programUrls: programUrlsOf(data),
    replicaUrl: data.ARKIM_POSTGRES_REPLICA_URL,
    poolerUrl: data.ARKIM_POSTGRES_POOLER_URL,
    s3: s3SettingsOf(data),
    kurrentUrl: data.ARKIM_KURRENTDB_URL,
    kurrentPrefix: data.ARKIM_KURRENTDB_PREFIX,
    issuers: data.ARKIM_OIDC_ISSUERS,
    proxySecret: data.ARKIM_PROXY_SECRET,
    tokenIssuer: data.ARKIM_TOKEN_ISSUER,
    publicUrl: data.ARKIM_PUBLIC_URL ?? localUrl(data.ARKIM_HOST, data.PORT),
    logLevel: data.ARKIM_LOG,
    auditSyslog: data.ARKIM_AUDIT_SYSLOG && {
      ...data.ARKIM_AUDIT_SYSLOG,
      caFile: data.ARKIM_AUDIT_SYSLOG_CA,
    },
    storeWaitMs: data.ARKIM_STORE_WAIT_MS,
    storeLimits: storeLimitsOf(data),
    settleQuietMs: data.ARKIM_SETTLE_QUIET_MS,
    mllp: mllpOf(data),
    disposalGraceDays: data.ARKIM_DISPOSAL_GRACE_DAYS,
    keys: keySettingsOf(data, resolve(data.ARKIM_DATA)),
    webhooks: { networks: data.ARKIM_WEBHOOK_NETWORKS, caFile: data.ARKIM_WEBHOOK_CA },
    fixity: fixityOf(data),
    timeStamps: timeStampsOf(data),
  };
}

const programUrlsOf = (data: z.output<typeof settings>): Config['programUrls'] => ({
  'archive-api': data.ARKIM_POSTGRES_URL_API,
  'ingest-worker': data.ARKIM_POSTGRES_URL_INGEST,
  'retention-worker': data.ARKIM_POSTGRES_URL_RETENTION,
  'hl7-gateway': data.ARKIM_POSTGRES_URL_API,
});

const localUrl = (host: string, port: number): string =>
  `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

const settings = z
  .object({
    PORT: wholeNumber(1, 65_535).default(8080),
    ARKIM_HOST: z
      .string()
      .refine(
        (text) => isIP(text) !== 0 || HOST_NAME.test(text),
        'must be an IP address or a host name',
      )
      .default('127.0.0.1'),
    ARKIM_EDGES: wholeNumber(1, EDGES_MAX).default(1),
    ARKIM_EDGE: wholeNumber(1, EDGES_MAX).optional(),
    ARKIM_DATA: z
      .string()
      .refine((text) => !text.includes('\0'), 'must be a folder')
      .default('./data'),
    ARKIM_DEMO: z.string().default(''),
    ARKIM_COPIES: z.literal('1', 'must be 1: this version keeps one copy').default('1'),
    ...engineSettings,
    ARKIM_OIDC_ISSUERS: issuersSetting,
    ARKIM_PROXY_SECRET: z
      .string()
      .regex(/^[\x21-\x7e]{32,256}$/, 'must be 32 to 256 printable characters')
      .optional(),
    ARKIM_TOKEN_ISSUER: z
      .string()
      .regex(/^(https:\/\/|urn:)[\x21-\x7e]{1,500}$/, 'must be an https address or a urn')
      .default('urn:arkim:archive'),
    ARKIM_PUBLIC_URL: z
      .string()
      .regex(PUBLIC_URL, 'must be an http or https address without query')
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    ARKIM_LOG: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
    ARKIM_AUDIT_SYSLOG: syslogSetting.optional(),
    ARKIM_AUDIT_SYSLOG_CA: z.string().min(1).optional(),
    ARKIM_STORE_WAIT_MS: wholeNumber(100, 600_000).default(30_000),
    ...storeLimitSettings,
    ARKIM_SETTLE_QUIET_MS: wholeNumber(100, 86_400_000).default(60_000),
    ARKIM_DISPOSAL_GRACE_DAYS: wholeNumber(0, 3_650).default(30),
    ...mllpSettings,
    ...webhookSettings,
    ...fixitySettings,
    ...timeStampSettings,
    ...keySettings,
  })
  .superRefine((set, context) => {
    const missing =
      missingBeside(set) ?? missingMllpFile(set) ?? missingTimeStamp(set) ?? missingKeySetting(set);
    if (missing !== undefined)
      context.addIssue({ code: 'custom', path: [missing], message: 'is needed beside the others' });
  });

import { z } from 'zod';

/** Where objects lie when they don't lie in files of the data folder (design D1 to D3). */
export type S3Settings = Readonly<{
  /** http or https, without a path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** Certificates, beside those of Node.js, that may vouch for the endpoint: a file in PEM form. */
  caFile: string | undefined;
}>;

const isHttpUrl = (text: string) => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, pathname, search } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && pathname === '/' && search === '';
};

const isKurrentUrl = (text: string) =>
  /^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\/[^\s/]+(\/?\?\S*|\/)?$/.test(text);

const isPostgresUrl = (text: string) =>
  URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);

export const postgresUrl = z
  .string()
  .refine(isPostgresUrl, 'must be a URL like postgresql://user@host:5432/database')
  .optional();

const isPoolerUrl = (text: string) => {
  if (!isPostgresUrl(text)) return false;
  const { username, password, hostname } = new URL(text);
  return username === '' && password === '' && hostname !== '';
};

export const engineSettings = {
  ARKIM_POSTGRES_URL: postgresUrl,
  ARKIM_POSTGRES_URL_API: postgresUrl,
  ARKIM_POSTGRES_URL_INGEST: postgresUrl,
  ARKIM_POSTGRES_URL_RETENTION: postgresUrl,
  ARKIM_POSTGRES_REPLICA_URL: postgresUrl,
  ARKIM_POSTGRES_POOLER_URL: z
    .string()
    .refine(isPoolerUrl, 'must be a URL like postgresql://host:6432, without user and password')
    .optional(),
  ARKIM_S3_ENDPOINT: z
    .string()
    .refine(isHttpUrl, 'must be a URL like https://s3.example:443, without a path')
    .optional(),
  ARKIM_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  ARKIM_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a region')
    .default('us-east-1'),
  ARKIM_S3_ACCESS_KEY: z.string().max(256).optional(),
  ARKIM_S3_SECRET_KEY: z.string().max(1_024).optional(),
  ARKIM_S3_CA_FILE: z.string().optional(),
  ARKIM_KURRENTDB_URL: z
    .string()
    .refine(isKurrentUrl, 'must be a URL like kurrentdb://user:password@host:2113?tls=true')
    .optional(),
  ARKIM_KURRENTDB_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{0,64}$/, 'must have lower-case letters, digits and dashes')
    .default(''),
};

const S3_NAMES = [
  'ARKIM_S3_ENDPOINT',
  'ARKIM_S3_BUCKET',
  'ARKIM_S3_ACCESS_KEY',
  'ARKIM_S3_SECRET_KEY',
] as const;

type EngineSettings = z.infer<z.ZodObject<typeof engineSettings>>;

/** The setting that is missing beside others; undefined when they fit together. */
export function missingBeside(set: EngineSettings): string | undefined {
  const programs = [
    set.ARKIM_POSTGRES_URL_API,
    set.ARKIM_POSTGRES_URL_INGEST,
    set.ARKIM_POSTGRES_URL_RETENTION,
    set.ARKIM_POSTGRES_REPLICA_URL,
    set.ARKIM_POSTGRES_POOLER_URL,
  ];
  if (set.ARKIM_POSTGRES_URL === undefined && programs.some((url) => url !== undefined))
    return 'ARKIM_POSTGRES_URL';
  const given = [...S3_NAMES, 'ARKIM_S3_CA_FILE' as const].some((name) => set[name] !== undefined);
  return given ? S3_NAMES.find((name) => set[name] === undefined) : undefined;
}

/** Undefined: objects are files of the data folder. */
export const s3SettingsOf = (set: EngineSettings): S3Settings | undefined =>
  set.ARKIM_S3_ENDPOINT === undefined
    ? undefined
    : {
        endpoint: set.ARKIM_S3_ENDPOINT,
        bucket: set.ARKIM_S3_BUCKET ?? '',
        region: set.ARKIM_S3_REGION,
        accessKey: set.ARKIM_S3_ACCESS_KEY ?? '',
        secretKey: set.ARKIM_S3_SECRET_KEY ?? '',
        caFile: set.ARKIM_S3_CA_FILE,
      };

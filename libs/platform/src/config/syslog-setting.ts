import { z } from 'zod';

/** A syslog server over TLS; `caFile`: certificates that it is believed by, in PEM; undefined: those of the system. */
export type SyslogTarget = Readonly<{ host: string; port: number; caFile: string | undefined }>;

const PORT_DEFAULT = 6514;

/** tls://host:port; the port of RFC 5425 §4.1 when none is named. */
export const syslogSetting = z
  .string()
  .regex(/^tls:\/\/[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/, 'must be tls://host:port')
  .transform((text) => new URL(text))
  .transform(({ hostname, port }) => ({ host: hostname, port: Number(port || PORT_DEFAULT) }));

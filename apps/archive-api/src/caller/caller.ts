import { createHash } from 'node:crypto';
import type { Subject } from '#archive/access/decide-access';

/** Who a verified token says is asking. `purpose` is a code of use (such as TREAT), null when the token names none. */
export type Caller = Subject &
  Readonly<{ issuer: string; subject: string; purpose: string | null }>;

/** The caller as jobs, packs and events name it: stable, and telling nothing without the token (design D12). */
export const actorOf = ({ issuer, subject }: Caller): string =>
  createHash('sha256').update(`${issuer}\0${subject}`).digest('hex').slice(0, 32);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before routing; null on open paths only. */
    caller: Caller | null;
  }
}

import { createHash } from 'node:crypto';
import type { Subject } from '#archive/access/decide-access';

/** Whom the agency acts for: the `act` claim of its token. */
export type ActedFor = Readonly<{
  issuer: string;
  subject: string;
  organisation: string;
  roles: readonly string[];
}>;

/** Who a verified token says is asking; `hospital` is the organisation of the active affiliation. */
export type Caller = Subject &
  Readonly<{
    issuer: string;
    subject: string;
    /** A code of use (such as TREAT), null when the token names none. */
    purpose: string | null;
    /** Signed in with more than one factor. */
    mfa: boolean;
    /** A program, not a person. */
    machine: boolean;
    act: ActedFor | null;
    /** The opaque identifier under which somebody asks about themselves; null when the token isn't a patient's. */
    patient: string | null;
    /** The opaque person whose identifier that is now. */
    person: string | null;
    /** The group that the hospital is in; '' when in none. */
    group: string;
    /** The hospital is in a crisis: its fallback is open, or something of it is frozen. */
    crisis: boolean;
  }>;

/** The caller as jobs, packs and events name it: stable, and telling nothing without the token (design D12). */
export const actorOf = ({ issuer, subject }: Pick<Caller, 'issuer' | 'subject'>): string =>
  createHash('sha256').update(`${issuer}\0${subject}`).digest('hex').slice(0, 32);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before routing; null on open paths only. */
    caller: Caller | null;
  }
}

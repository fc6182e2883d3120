import { createHash } from 'node:crypto';
import type { Subject } from '#archive/access/decide-access';
import type { Scope } from './scopes.js';

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
    /** What the token calls its holder, when it does. */
    name?: string;
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
    /** What the scopes of the token let; absent: it isn't limited by scopes. */
    scopes?: readonly Scope[];
    /** The opaque person whose record the token is for: scopes for one patient are for this one. */
    context?: string;
    /** This request may show nothing but what is this person's. */
    onlyPerson?: string;
    /** The group that the hospital is in; '' when in none. */
    group: string;
    /** The fallback of the hospital is open: its own sign-in isn't believed, and its machines are denied. */
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

import type { Event } from '#events/event';

/** Tokens of an issuer that were issued before then count for nothing; those of one actor, or (`actor` null) all of them. `before` null: whenever they are issued. */
export type TokensRevoked = Event<
  'TokensRevoked',
  { revocation: string; issuer: string; actor: string | null; before: string | null }
>;

/** What was revoked counts again. */
export type RevocationLifted = Event<'RevocationLifted', { revocation: string }>;

export type RevocationEvent = TokensRevoked | RevocationLifted;

/** `revocation` is opaque: the actor, or a digest of the issuer. */
export const revocationStream = (revocation: string) => `access-${revocation}`;

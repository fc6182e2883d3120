import { accept, type Decider } from '#events/decider';
import type { RevocationEvent, TokensRevoked } from '../revocation-events.js';

/** Revokes tokens, or takes that back. */
export type RevocationCommand =
  | Readonly<{ kind: 'revoke' } & TokensRevoked['data']>
  | Readonly<{ kind: 'lift'; revocation: string }>;

/** What stands revoked now; null: nothing. `before` null: whenever issued. */
export type RevocationState = Readonly<{ before: string | null }> | null;

/** One revocation: of one actor, or of all tokens of an issuer. */
export const revocationDecider: Decider<
  RevocationState,
  RevocationCommand,
  RevocationEvent,
  never
> = {
  initial: null,
  decide: (command, state) => {
    if (command.kind === 'lift') {
      const { revocation } = command;
      return state === null ? accept() : accept({ type: 'RevocationLifted', data: { revocation } });
    }
    const { kind: _revoke, ...data } = command;
    const isSo = state !== null && state.before === data.before;
    return isSo ? accept() : accept({ type: 'TokensRevoked', data });
  },
  evolve: (_state, event) =>
    event.type === 'TokensRevoked' ? { before: event.data.before } : null,
};

import { accept, type Decider, type Decision } from '#events/decider';
import type { ManifestEnvelope, ManifestEvent, WithdrawalReason } from '../manifest-events.js';

type Decided = Decision<ManifestEvent, never>;
type Named = Readonly<{ hospital: string; claim: string }>;

/** `revision`: the one that the offered documents were made for. */
export type ManifestCommand =
  | (Named &
      Readonly<{ kind: 'offer'; manifest: string; revision: number; envelope: ManifestEnvelope }>)
  | (Named & Readonly<{ kind: 'withdraw'; reason: WithdrawalReason }>);

/** `current`: what counts now, '' when nothing does; `basis` and `madeAt` are '' when the study's key is destroyed. */
export type ManifestState = Readonly<{
  revision: number;
  current: string;
  basis: string;
  madeAt: string;
}>;

/**
 * Which manifest of a claim counts. Whoever asks may be late or ask twice: documents that were made for a revision that is taken, an offer
 * of what stands and a withdrawal of nothing are no facts.
 */
export const manifest: Decider<ManifestState, ManifestCommand, ManifestEvent, never> = {
  initial: { revision: 0, current: '', basis: '', madeAt: '' },
  decide: (command, state) => {
    if (command.kind === 'withdraw') return withdraw(command, state);
    return offer(command, state);
  },
  evolve: (state, event) => {
    if (event.type === 'ManifestWithdrawn') return { ...state, current: '', basis: '', madeAt: '' };
    const { manifest: current, revision } = event.data;
    const { basis = '', madeAt = '' } = event.personal ?? {};
    return { current, revision, basis, madeAt };
  },
};

const withdraw = (
  { hospital, claim, reason }: Extract<ManifestCommand, { kind: 'withdraw' }>,
  { current }: ManifestState,
): Decided =>
  current === ''
    ? accept<ManifestEvent>()
    : accept<ManifestEvent>({
        type: 'ManifestWithdrawn',
        data: { hospital, claim, manifest: current, reason },
      });

function offer(
  {
    hospital,
    claim,
    manifest: offered,
    revision,
    envelope,
  }: Extract<ManifestCommand, { kind: 'offer' }>,
  { current, basis, revision: taken }: ManifestState,
): Decided {
  const stands = current !== '' && basis === envelope.basis;
  if (stands || revision !== taken + 1) return accept<ManifestEvent>();
  const data = { hospital, claim, manifest: offered, revision };
  return current === ''
    ? accept<ManifestEvent>({ type: 'ManifestPublished', data, personal: envelope })
    : accept<ManifestEvent>({
        type: 'ManifestReplaced',
        data: { ...data, replaced: current },
        personal: envelope,
      });
}

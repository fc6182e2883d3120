import { accept, type Decider, refuse } from '#events/decider';
import type { WebhookEvent, WebhookSubscribed } from '../webhook-events.js';

/** Subscribes, or ends that. `subscribed`: how many the organisation has. */
export type WebhookCommand =
  | Readonly<{ kind: 'subscribe'; subscribed: number } & WebhookSubscribed['data']>
  | Readonly<{ kind: 'cancel'; organisation: string }>;

/** `unknown`: there is none that isn't over, or not of this organisation. */
export type WebhookRefusal = 'too-many' | 'unknown';

/** Whose it is while it stands; null: it doesn't. */
export type WebhookState = Readonly<{ subscription: string; organisation: string }> | null;

/** Subscriptions of one organisation. */
export const WEBHOOKS_MAX = 16;

export const webhook: Decider<WebhookState, WebhookCommand, WebhookEvent, WebhookRefusal> = {
  initial: null,
  decide: (command, state) => {
    if (command.kind === 'cancel') {
      if (state?.organisation !== command.organisation) return refuse('unknown');
      return accept({ type: 'WebhookCancelled', data: { subscription: state.subscription } });
    }
    if (state !== null) return accept();
    const { kind: _subscribe, subscribed, ...data } = command;
    if (subscribed >= WEBHOOKS_MAX) return refuse('too-many');
    return accept({ type: 'WebhookSubscribed', data });
  },
  evolve: (_state, event) =>
    event.type === 'WebhookSubscribed'
      ? { subscription: event.data.subscription, organisation: event.data.organisation }
      : null,
};

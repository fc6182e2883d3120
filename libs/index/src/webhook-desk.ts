import type { WebhookRefusal } from '#archive/webhook/decide-webhook';

/** Who orders it and under which id (a UUID): the same order again changes nothing more. */
export type WebhookOrder = Readonly<{ id: string; actor: string }>;

/** `through`: the last change that was delivered; times as ISO 8601 has them. */
export type StandingWebhook = Readonly<{
  id: string;
  address: string;
  subscribedAt: string;
  state: 'delivering' | 'retrying' | 'halted';
  through: number;
  attempts: number;
  lastOutcome: string;
  triedAt: string | null;
  deadLetters: number;
}>;

/** A message that was given up: the changes behind `after` up to `through`. */
export type DeadLetter = Readonly<{
  id: string;
  after: number;
  through: number;
  attempts: number;
  lastOutcome: string;
  givenUpAt: string;
}>;

export type WebhookOutcome = Readonly<{ ok: true } | { ok: false; refusal: WebhookRefusal }>;

/** Where changes are told over HTTP. */
export type WebhookDesk = Readonly<{
  subscribe: (
    order: WebhookOrder,
    wanted: Readonly<{ organisation: string; address: string; after: number }>,
  ) => Promise<WebhookOutcome>;
  cancel: (
    order: WebhookOrder,
    named: Readonly<{ organisation: string; id: string }>,
  ) => Promise<WebhookOutcome>;
  list: (organisation: string) => Promise<readonly StandingWebhook[]>;
  /** The oldest first; undefined: there is no such webhook. */
  deadLetters: (
    organisation: string,
    asked: Readonly<{ id: string; after?: string | undefined; limit: number }>,
  ) => Promise<readonly DeadLetter[] | undefined>;
  /** Delivers again from behind `after` on, in new messages. False: there is no such webhook. */
  restart: (
    organisation: string,
    asked: Readonly<{ id: string; after: number }>,
  ) => Promise<boolean>;
  /** What signs its messages. */
  secretOf: (id: string) => string;
}>;

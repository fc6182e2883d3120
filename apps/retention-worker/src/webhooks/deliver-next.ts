import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { decideAction } from '#archive/access/decide-access';
import { uuid5 } from '#events/uuid5';
import { changeCursor } from '#index/change-cursor';
import type { ChangeFeed, ToldChange } from '#index/change-feed';
import { AGENCY_LOOKS } from '#index/seen-studies';
import type { DueMessage, NextTry } from '#index/webhook-outbox';
import { signWebhook } from '#platform/webhook-signature';
import { nextTry } from './retry-plan.js';
import type { Posting, Sent } from './send-webhook.js';

export type Delivering = Readonly<{
  take: () => Promise<DueMessage | undefined>;
  done: (message: DueMessage, outcome: string) => Promise<void>;
  failed: (
    message: DueMessage,
    what: Readonly<{ next: NextTry; outcome: string }>,
  ) => Promise<void>;
  feed: Pick<ChangeFeed, 'read'>;
  policyInForce: () => Promise<AccessPolicy>;
  recordAccess: RecordAccess;
  secretOf: (webhook: string) => string;
  send: (posting: Posting) => Promise<Sent>;
  wallMs: () => number;
  random: () => number;
}>;

/** Names the ids of messages. */
const NAMESPACE = '5f7bb4a2-1f0c-5d0f-9a3c-8e1f4f6c2b90';
const NOTHING = 'nothing-to-tell';

/**
 * Tries one message of one webhook; false when none is due. What may not be known of any more is left out, also of a message that was tried before.
 * Whoever is told is written down first, as any other who is shown studies.
 */
export async function deliverNext(delivering: Delivering): Promise<boolean> {
  const message = await delivering.take();
  if (message === undefined) return false;
  const changes = await changesOf(delivering, message);
  if (changes.length === 0) await delivering.done(message, NOTHING);
  else await attempt(delivering, message, changes);
  return true;
}

async function changesOf(
  { feed, policyInForce, wallMs }: Delivering,
  { after, through }: DueMessage,
): Promise<readonly ToldChange[]> {
  const at = new Date(wallMs()).toISOString();
  const looker = { subject: AGENCY_LOOKS, policy: await policyInForce(), at };
  const page = await feed.read({ after, limit: through - after, looker });
  return page?.changes ?? [];
}

async function attempt(
  delivering: Delivering,
  message: DueMessage,
  changes: readonly ToldChange[],
): Promise<void> {
  const { wallMs, secretOf, send } = delivering;
  await recordTold(delivering, message, changes);
  const id = messageId(message);
  const body = bodyOf(message, changes, new Date(wallMs()).toISOString());
  const timestampS = Math.floor(wallMs() / 1_000);
  const headers = signWebhook(secretOf(message.webhook), { id, timestampS, body });
  const sent = await send({ address: message.address, headers, body });
  if (sent.isTaken) return delivering.done(message, sent.outcome);
  const { outcome, isGone, retryAfterMs } = sent;
  const { attempts, failuresInARow } = message;
  const tried = { attempts: attempts + 1, failuresInARow, letter: id, retryAfterMs, isGone };
  return delivering.failed(message, { next: nextTry(tried, delivering.random()), outcome });
}

/** The same for each try, and another when somebody asked for it again. */
const messageId = ({ webhook, round, after, through }: DueMessage): string =>
  uuid5(NAMESPACE, [webhook, round, after, through].join('/'));

const bodyOf = (
  { after, through }: DueMessage,
  changes: readonly ToldChange[],
  timestamp: string,
): string => {
  const items = changes.map(({ sequence, ...change }) => ({
    cursor: changeCursor(sequence),
    ...change,
  }));
  const data = { items, after: changeCursor(after), next: changeCursor(through) };
  return JSON.stringify({ type: 'studies.changed', timestamp, data });
};

async function recordTold(
  { recordAccess, policyInForce }: Delivering,
  { webhook, organisation, after }: DueMessage,
  changes: readonly ToldChange[],
): Promise<void> {
  const subject = { ...AGENCY_LOOKS, organisation, actor: webhook.replaceAll('-', '') };
  const decision = decideAction(subject, 'search', organisation, await policyInForce());
  const claims = [...new Set(changes.map(({ claim }) => claim))];
  await recordAccess({
    subject,
    action: 'search',
    outcome: 'permit',
    rule: decision.rule,
    policyVersion: decision.version,
    obligations: decision.obligations,
    claim: null,
    hospital: null,
    person: null,
    kind: 'changes',
    personal: {
      ...{ issuer: 'webhook', subject: webhook, claims },
      query: `webhook?after=${changeCursor(after)}`,
    },
  });
}

import { expect, test } from 'vitest';
import type { Checkpoint, Recorded } from '#events/event';
import { eventLeaf, provenEvent } from './event-leaf.js';

const event: Recorded = {
  id: '00000000-0000-4000-8000-000000000001',
  type: 'Counted',
  schema: 1,
  data: { count: 1, of: ['a'] },
  sealed: { keyId: 'k', nonce: 'n', ciphertext: 'c' },
  stream: 's',
  version: 1,
  checkpoint: '3:1' as Checkpoint,
  recordedAt: '2026-11-22T20:00:00.000Z',
  metadata: { actor: 'a', correlationId: 'b', causationId: 'c' },
};
const leafOf = (one: Recorded) => eventLeaf(provenEvent(one)).toString('hex');

test('a leaf stands for what an event says, wherever it lies and however its JSON was written', () => {
  const elsewhere = { ...event, checkpoint: 'C:1/P:1' as Checkpoint };
  expect(leafOf(elsewhere)).toBe(leafOf(event));
  expect(leafOf({ ...event, data: { of: ['a'], count: 1 } })).toBe(leafOf(event));
});

const { sealed: _sealed, ...bare } = event;
test.each<[string, Recorded]>([
  ['id', { ...event, id: '00000000-0000-4000-8000-000000000002' }],
  ['type', { ...event, type: 'Count' }],
  ['schema', { ...event, schema: 2 }],
  ['data', { ...event, data: { count: 2, of: ['a'] } }],
  ['key', { ...event, sealed: { keyId: 'l', nonce: 'n', ciphertext: 'c' } }],
  ['nonce', { ...event, sealed: { keyId: 'k', nonce: 'm', ciphertext: 'c' } }],
  ['ciphertext', { ...event, sealed: { keyId: 'k', nonce: 'n', ciphertext: 'd' } }],
  ['sealed part', bare],
  ['stream', { ...event, stream: 't' }],
  ['version', { ...event, version: 2 }],
  ['time', { ...event, recordedAt: '2026-11-22T20:00:00.001Z' }],
  ['actor', { ...event, metadata: { ...event.metadata, actor: 'b' } }],
  ['correlation', { ...event, metadata: { ...event.metadata, correlationId: 'c' } }],
  ['causation', { ...event, metadata: { ...event.metadata, causationId: 'd' } }],
])('an event with another %s has another leaf', (_what, changed) =>
  expect(leafOf(changed)).not.toBe(leafOf(event)),
);

import type { Recorded } from '#events/event';
import { canonicalJson, type Json } from './canonical-json.js';
import { leafHash } from './merkle.js';

/** An event as it is proven: all of it but its place in the whole log, so that another engine gives the same. What is sealed stays sealed. */
export type ProvenEvent = Readonly<{
  stream: string;
  version: number;
  id: string;
  type: string;
  schema: number;
  data: Json;
  sealed: Readonly<{ keyId: string; nonce: string; ciphertext: string }> | null;
  recordedAt: string;
  metadata: Readonly<{ actor: string; correlationId: string; causationId: string }>;
}>;

export function provenEvent(event: Recorded): ProvenEvent {
  const { stream, version, id, type, schema, sealed, recordedAt, metadata } = event;
  const { actor, correlationId, causationId } = metadata;
  return {
    ...{ stream, version, id, type, schema, recordedAt },
    data: event.data as Json,
    sealed: sealed === undefined ? null : sealedPart(sealed),
    metadata: { actor, correlationId, causationId },
  };
}

const sealedPart = ({ keyId, nonce, ciphertext }: NonNullable<Recorded['sealed']>) => ({
  keyId,
  nonce,
  ciphertext,
});

/** The hash that stands for the event in the tree of the log: over its canonical JSON. */
export const eventLeaf = (event: ProvenEvent): Buffer => leafHash(canonicalJson(event));

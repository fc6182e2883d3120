/**
 * A fact: past tense, immutable, JSON-safe (strings, numbers, booleans, arrays, plain objects).
 * `data` is read by everyone who may read the log; `personal` holds names, UIDs, dates and free text and is sealed before it is recorded.
 */
export type Event<Type extends string = string, Data = unknown, Personal = unknown> = Readonly<{
  type: Type;
  data: Readonly<Data>;
  personal?: Readonly<Personal>;
}>;

/** A place in the whole log. Opaque: only the store that wrote it can order two of them. */
export type Checkpoint = string & { readonly __brand: 'Checkpoint' };

/** Who caused it and why it happened: opaque ids only, never a person's name or a UID. */
export type Metadata = Readonly<{ actor: string; correlationId: string; causationId: string }>;

/** A sealed `personal` part: AES-256-GCM under key `keyId`; `nonce` and `ciphertext` (with its tag) in base64. */
export type Sealed = Readonly<{ keyId: string; nonce: string; ciphertext: string }>;

/** What the store keeps: the event without `personal`, with `sealed` in its place. `schema` counts the versions of the type's shape from 1. */
export type StoredEvent = Readonly<{
  id: string;
  type: string;
  schema: number;
  data: unknown;
  sealed?: Sealed;
}>;

/** What the store adds when it records a fact. `version` counts from 1 within one stream. */
export type Recorded = StoredEvent &
  Readonly<{
    stream: string;
    version: number;
    checkpoint: Checkpoint;
    recordedAt: string;
    metadata: Metadata;
  }>;

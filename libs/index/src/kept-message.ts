import { NONCE_BYTES, openContent, sealContent } from '#events/content-seal';
import type { Random, SealingKey } from '#events/key-ring';

/** The key that seals the messages of a hospital while they wait, or lie aside. */
export const messageKey = (hospital: string) => `hl7-${hospital}`;

/** The bytes of a message, sealed for the row of this id. */
export const sealMessage = (
  { secret }: SealingKey,
  { id, bytes }: Readonly<{ id: string; bytes: Uint8Array }>,
  random: Random,
): Buffer => sealContent(secret, associated(id), bytes, random(NONCE_BYTES));

/** What `sealMessage` sealed. Throws SealBroken. */
export const openMessage = (
  { secret }: SealingKey,
  { id, sealed }: Readonly<{ id: string; sealed: Uint8Array }>,
): Buffer => openContent(secret, associated(id), sealed);

const associated = (id: string) => `hl7 message ${id}`;

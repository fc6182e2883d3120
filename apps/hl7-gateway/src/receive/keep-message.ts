import type { Pool } from 'pg';
import type { KeyRing, Random } from '#events/key-ring';
import type { CharacterSet } from '#hl7/character-set';
import { messageKey, sealMessage } from '#index/kept-message';

/** A message as it is kept. `patients`: opaque ids. `digest`: keyed, of all but the header. */
export type KeptMessage = Readonly<{
  id: string;
  hospital: string;
  sender: string;
  controlId: string;
  type: string;
  patients: readonly string[];
  digest: Buffer;
  characterSet: CharacterSet;
  bytes: Uint8Array;
}>;

/** otherwise: the sender has used the control id for another message. */
export type Keeping = 'kept' | 'repeat' | 'otherwise';

export type KeepPorts = Readonly<{ pool: Pool; keys: KeyRing; random: Random }>;

/** Writes a message down, sealed; durable when it resolves. What was kept before under the same control id isn't kept again. */
export async function keepMessage(
  { pool, keys, random }: KeepPorts,
  message: KeptMessage,
): Promise<Keeping> {
  const { id, hospital, sender, controlId, type, patients, digest } = message;
  const keyId = messageKey(hospital);
  const key = (await keys.ensure([keyId])).get(keyId);
  if (key === undefined || key === 'destroyed')
    throw new Error('the key of the hospital’s messages is destroyed');
  const { rowCount } = await pool.query({
    name: 'hl7-keep',
    text: `insert into hl7_messages (id, hospital, sender, control_id, type, patients, digest, character_set, body)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (hospital, sender, control_id) do nothing`,
    values: [
      ...[id, hospital, sender, controlId, type, patients, digest],
      message.characterSet,
      sealMessage(key, message, random),
    ],
  });
  if (rowCount === 1) return 'kept';
  const { rows } = await pool.query({
    name: 'hl7-kept',
    text: 'select digest from hl7_messages where hospital = $1 and sender = $2 and control_id = $3',
    values: [hospital, sender, controlId],
  });
  return digest.equals(rows[0]?.digest ?? Buffer.alloc(0)) ? 'repeat' : 'otherwise';
}

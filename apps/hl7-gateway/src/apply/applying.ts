import type { CareCommands } from '#index/care-commands';
import type { IdentityDesk, Said } from '#index/identity-desk';
import type { OpaqueIds } from '#index/opaque-ids';
import type { OrderCommands } from '#index/order-commands';
import type { RetentionCommands } from '#index/retention-commands';

/** What orders are carried out by. */
export type Applying = Readonly<{
  desk: IdentityDesk;
  care: CareCommands;
  orders: OrderCommands;
  retention: RetentionCommands;
  ids: Pick<OpaqueIds, 'patient' | 'care' | 'claim'>;
  /** What was said of a patient before, by opaque id. */
  knownOf: (patient: string) => Promise<Readonly<{ birthDate: string; sex: string }> | undefined>;
  /** Whose stay or order it is, by its opaque id: after a merge not the one that a message names. */
  patientOfRelationship: (relationship: string) => Promise<string | undefined>;
}>;

/** From whom and when the order is; `said.id` is the order's own. */
export type Context = Readonly<{ said: Said; hospital: string; receivedAt: Date }>;

/** A code of why it can't be; undefined: it is done. */
export type Refused = string | undefined;

import type { Authorities } from '#archive/identity/patient-identifier';
import { uuid5 } from '#events/uuid5';
import { MESSAGE_LIMITS } from '#hl7/limits';
import { segmentOf, textOf } from '#hl7/message';
import { parseMessage } from '#hl7/parse-message';
import { isProblem, type ReadOrders } from '../orders/orders.js';
import { readOrders } from '../orders/read-orders.js';
import { applyOrder } from './apply-order.js';
import type { Applying, Refused } from './applying.js';
import type { WaitingMessage } from './waiting-messages.js';

/** What messages are applied by. */
export type ApplyPorts = Applying &
  Readonly<{
    authoritiesOf: (hospital: string) => Promise<Authorities>;
    /** Undefined: its key is destroyed. What was kept was no longer than `messageBytesMax`. */
    open: (message: WaitingMessage) => Promise<Buffer | undefined>;
    messageBytesMax: number;
  }>;

const NO_EVENT = 'feed';

/**
 * Does what a kept message asks for, in the order of its parts. The ids of what is done come from the message: after a death in the middle it
 * is done again, and what was done stays once. Answers with the code of why it can't be.
 */
export async function applyMessage(ports: ApplyPorts, message: WaitingMessage): Promise<Refused> {
  const bytes = await ports.open(message);
  if (bytes === undefined) return 'erased';
  const { id, hospital, characterSet, receivedAt } = message;
  const limits = { ...MESSAGE_LIMITS, messageBytesMax: ports.messageBytesMax };
  const read = parseMessage(bytes, { characterSet, limits });
  if (!read.ok) return read.fault;
  const orders: ReadOrders = readOrders(read.message, await ports.authoritiesOf(hospital));
  if (isProblem(orders)) return orders.reason;
  const reason = textOf(segmentOf(read.message, 'MSH'), 9, 2) || NO_EVENT;
  const actor = ports.ids.care('actor', 'hl7', hospital);
  for (const [index, order] of orders.entries()) {
    const own = uuid5(id, String(index));
    const metadata = { actor, correlationId: id, causationId: id };
    const said = { id: own, source: hospital, reason, metadata };
    const refused = await applyOrder(ports, { said, hospital, receivedAt }, order);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

import { setTimeout as delay } from 'node:timers/promises';
import { type AddressGuard, ForbiddenAddress } from '#platform/public-address';

const LOOK_UP_MS_MAX = 3_000;

/** An https address without a user, a password or a fragment. */
export function isWebhookAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash, hostname } = new URL(text);
  return protocol === 'https:' && username + password + hash === '' && hostname !== '';
}

/** Whether its host is known to be one that isn't called. A name that can't be looked up now may be known later: each delivery looks again. */
export async function isForbidden(guard: AddressGuard, address: string): Promise<boolean> {
  const looked = guard.resolve(new URL(address).hostname).then(
    () => false,
    (error: unknown) => error instanceof ForbiddenAddress,
  );
  return Promise.race([looked, delay(LOOK_UP_MS_MAX, false, { ref: false })]);
}

import type { FastifyRequest } from 'fastify';
import { originOf, pathOf } from '../request-address.js';

const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** Where this client reaches the archive. */
export const originFor = (request: FastifyRequest, publicUrl: string | undefined): string =>
  serviceOrigins(request, publicUrl)[0] ?? originOf(request);

/**
 * The addresses of the service that a request calls, as its JWT may name it. What the Host field says is believed of the machine itself only, and only
 * where nobody set another address: a JWT that was made for somebody else's address must not count here because they repeat it.
 */
export const serviceAddresses = (
  request: FastifyRequest,
  publicUrl: string | undefined,
): readonly string[] =>
  serviceOrigins(request, publicUrl).map(
    (origin) => `${origin}${pathOf(request).replace(/\/$/, '')}`,
  );

function serviceOrigins(request: FastifyRequest, publicUrl: string | undefined): readonly string[] {
  if (publicUrl !== undefined && !LOOPBACK.test(publicUrl)) return [publicUrl];
  const origin = originOf(request);
  return LOOPBACK.test(origin) ? [origin] : [];
}

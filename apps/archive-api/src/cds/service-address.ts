import type { FastifyRequest } from 'fastify';
import { originOf, pathOf } from '../request-address.js';

const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** Where clients reach the archive, as far as it knows by itself or is told by this request. */
export const originFor = (request: FastifyRequest, publicUrl: string | undefined): string =>
  publicUrl ?? originOf(request);

/**
 * The address of the service that a request calls, as its JWT must name it. What the Host field says is believed of the machine itself only: a
 * JWT that was made for somebody else's address must not count here because they repeat that address. Undefined without ARKIM_PUBLIC_URL, but there.
 */
export function serviceAddress(
  request: FastifyRequest,
  publicUrl: string | undefined,
): string | undefined {
  const origin = originFor(request, publicUrl);
  return publicUrl !== undefined || LOOPBACK.test(origin)
    ? `${origin}${pathOf(request).replace(/\/$/, '')}`
    : undefined;
}

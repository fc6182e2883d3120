import type { FastifyRequest } from 'fastify';
import type { AskedRange } from './byte-ranges.js';
import type { Asked } from './retrieve/representation.js';

const HOST = /^[A-Za-z0-9.\-_:[\]]{1,255}$/;

/** Where this client reaches the DICOMweb root; without slash at the end. */
export const dicomWebUrl = (request: FastifyRequest): string => `${originOf(request)}/dicom-web`;

/** How this client reaches the server: by its own Host header, and https when a proxy in front says so. */
export function originOf(request: FastifyRequest): string {
  const { host } = request.headers;
  const authority = host !== undefined && HOST.test(host) ? host : localAddress(request);
  const scheme = request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  return `${scheme}://${authority}`;
}

const localAddress = ({ socket }: FastifyRequest) => `${socket.localAddress}:${socket.localPort}`;

/** The path that is asked for, without query; `*` for the server as a whole. */
export const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? '';

/** What the client accepts; the query parameter (PS3.18 §8.3.3.1), when repeated, counts as one list. */
export function askedOf(request: FastifyRequest): Asked {
  const { accept } = request.query as Record<string, string | string[] | undefined>;
  const acceptQuery = Array.isArray(accept) ? accept.join(',') : accept;
  return { accept: request.headers.accept, acceptQuery };
}

/** The range that is asked for; Range means something for GET alone (RFC 9110 §14.2). */
export function rangeOf({ method, headers }: FastifyRequest): AskedRange | undefined {
  const { range, 'if-range': ifRange } = headers;
  if (method !== 'GET' || range === undefined) return undefined;
  return { range, ifRange: ifRange?.toString() };
}

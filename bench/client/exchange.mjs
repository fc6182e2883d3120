import { Pool } from 'undici';

/** One pool of kept-alive connections; every request waits for its own answer (no pipelining). */
export function openPool(origin, connections) {
  return new Pool(origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
}

/**
 * Sends one request and feeds the answer to its check while it arrives, without keeping the body.
 * Resolves with what is wrong, `undefined` when the answer is right; rejects when the connection fails.
 */
export function exchange(pool, request) {
  return new Promise((resolve, reject) => {
    const { check } = request;
    pool.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status, headers) => check.start(status, headers),
      onResponseData: (_controller, chunk) => check.data(chunk),
      onResponseEnd: () => resolve(check.end()),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

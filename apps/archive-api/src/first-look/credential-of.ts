import type { CredentialOf } from '../caller/authenticate.js';
import type { FirstLook } from './first-look.js';
import { sessionToken } from './session.js';

/** The Authorization field alone; in a demonstration, where a request has none, its session stands for one. */
export const credentialOf =
  ({ issuer }: FirstLook): CredentialOf =>
  (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined || issuer === undefined) return authorization;
    const token = sessionToken(request);
    return token === undefined ? undefined : `Bearer ${token}`;
  };

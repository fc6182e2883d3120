import type { AccessPersonal } from '#archive/access/access-facts';
import type { Caller } from '../caller/caller.js';

/** What a credential says of its holder, as records seal it. */
export const personalOf = ({ issuer, subject, name }: Caller): AccessPersonal =>
  name === undefined ? { issuer, subject } : { issuer, subject, name };

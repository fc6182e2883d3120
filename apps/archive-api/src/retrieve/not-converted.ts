import { notDecodable, overloaded, type Problem } from '../problem.js';

const RETRY_SECONDS = 1;

/** Why a form that was agreed on cannot be had after all; `reason` is a code, free of anything the file says. */
export const notConverted = (reason: string): Problem =>
  reason === 'busy'
    ? overloaded(RETRY_SECONDS, 'All conversions are taken.')
    : notDecodable(`${reason}.`);

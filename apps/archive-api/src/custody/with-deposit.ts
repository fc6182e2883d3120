import type { Answer } from '../answer.js';

/** Says where the signed receipt of what was received can be had (RFC 8288). */
export const withDeposit = (answer: Answer, root: string, job: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, link: `<${root}/receipts/${job}/deposit>; rel="describedby"` },
});

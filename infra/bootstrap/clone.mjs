import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this clone. Everything in `infra/` that ends in .mjs runs before `npm ci`, on whatever Node (≥ 20) is there. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Progress goes to standard error: standard output belongs to the command that was asked for. */
export const say = (text) => process.stderr.write(`arkim: ${text}\n`);

/** What stops a command; the message is one line that says what to do. */
export class Stop extends Error {}

const NODE_MAJOR_MIN = 20;

/** Refuses a Node that can't even run npm's own part. */
export function refuseOldNode() {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN)
    throw new Stop(`Node ${process.versions.node} is too old: install Node 20 or newer`);
}

import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type RevocationCommand, revocationDecider } from '#archive/revocation/decide-revocation';
import { revocationStream } from '#archive/revocation-events';
import { commitFacts, type FactPorts } from '#index/postgres/commit-facts';
import { projectRevocation } from '#index/postgres/replay-revocations';
import { readConfig } from '#platform/config';
import { type Command, UsageFault } from './command.js';
import { withFacts } from './with-facts.js';

const HELP = `npm run --silent arkim -- revoke --issuer <issuer> --sub <subject> [--before <time>]
npm run --silent arkim -- revoke --issuer <issuer> --before <time>
npm run --silent arkim -- revoke --issuer <issuer> [--sub <subject>] --undo

Tokens count for nothing any more, within seconds and at every edge: those of one who has left
(<subject> is the claim sub; all of them, or those issued before <time>), or all that an issuer
issued before <time>, as after a break-in. <time> is in ISO 8601, or now.`;

/** Ends what tokens are good for. */
export const revoke: Command = {
  summary: 'refuse the tokens of one who has left, or of an issuer',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
    const command = commandOf(values);
    const made = await withFacts(readConfig(), (ports) => commit(ports, command));
    const now = command.kind === 'lift' ? 'not revoked' : 'revoked';
    terminal.answer(made ? `the tokens are ${now}` : `the tokens were ${now} before`);
    return 0;
  },
};

const OPTIONS = {
  issuer: { type: 'string' },
  sub: { type: 'string' },
  before: { type: 'string' },
  undo: { type: 'boolean' },
} as const;

type Values = Readonly<{ issuer?: string; sub?: string; before?: string; undo?: boolean }>;

function commandOf({ issuer, sub, before, undo = false }: Values): RevocationCommand {
  if (!issuer) throw new UsageFault('revoke needs --issuer');
  const actor = sub === undefined ? null : digestOf(`${issuer}\0${sub}`);
  const revocation = actor ?? digestOf(issuer);
  if (undo) return { kind: 'lift', revocation };
  if (sub === undefined && before === undefined)
    throw new UsageFault('revoke needs --sub, or --before for all tokens of the issuer');
  return { kind: 'revoke', revocation, issuer, actor, before: momentOf(before) };
}

/* As the edge names actors. */
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

function momentOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const ms = text === 'now' ? Date.now() : Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageFault('--before needs a time such as 2027-01-31T12:00:00Z');
  return new Date(ms).toISOString();
}

async function commit(ports: FactPorts, command: RevocationCommand): Promise<boolean> {
  const id = randomUUID();
  const stream = revocationStream(command.revocation);
  const metadata = { actor: 'operator', correlationId: id, causationId: id };
  const order = { id, stream, command, metadata };
  const decision = await commitFacts(ports, revocationDecider, order, projectRevocation);
  return decision.ok && decision.events.length > 0;
}

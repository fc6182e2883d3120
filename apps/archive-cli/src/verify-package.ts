import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type StudyVerdict, verifyPackage } from '#evidence/verify-package';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, type Terminal, UsageFault } from './command.js';
import { readTrusted } from './evidence/read-trusted.js';

const HELP = `npm run --silent arkim -- verify-package <package.tar> [--key <public key>] [--tsa <certificates>]

Checks what \`arkim restitute\` gave, with no archive beside it: whether each study is as it was
deposited, or was lawfully disposed of. --key is the archive's public key (PEM) had by another way
than the package, --tsa the certificates (PEM) of the time-stamping authorities that are believed.
infra/verify-package.mjs does the same with nothing but Node. Exit code 1 when something is wrong.`;

const OPTIONS = { key: { type: 'string' }, tsa: { type: 'string' } } as const;

/** Checks a package that was given back. */
export const verifyPackageCommand: Command = {
  summary: 'check a package that was given back, with no archive beside it',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0)
      throw new UsageFault('verify-package needs one package');
    return check(file, values, terminal);
  },
};

type Believed = Readonly<{ key?: string; tsa?: string }>;

async function check(file: string, { key, tsa }: Believed, terminal: Terminal): Promise<number> {
  const trust = {
    publicKey: key === undefined ? undefined : await readFile(key, 'utf8'),
    authorities: await readTrusted(tsa),
  };
  const verdict = await verifyPackage(createReadStream(file), trust).catch((cause: unknown) => {
    throw new OperatorFault(`${file} can't be read as a package`, { cause });
  });
  for (const { what, fault } of verdict.findings) terminal.answer(`${what}: ${fault}`);
  for (const study of verdict.studies) terminal.answer(lineOf(study));
  terminal.answer(`${verdict.studies.length} studies, ${verdict.findings.length} findings`);
  if (verdict.keyId !== undefined)
    terminal.answer(
      `signed by ${verdict.keyId}${key === undefined ? ', which it names itself' : ''}`,
    );
  return verdict.findings.length === 0 ? 0 : 1;
}

function lineOf({
  claim,
  state,
  objects,
  isSound,
  events,
  proven,
  stampedAt,
}: StudyVerdict): string {
  const whole = state === 'held' ? `${objects} objects unchanged` : 'lawfully disposed of';
  const by = stampedAt === undefined ? '' : `, stamped ${stampedAt}`;
  const what = isSound ? whole : 'not as it was deposited';
  return `study ${claim}: ${what}; ${proven} of ${events} events proven${by}`;
}

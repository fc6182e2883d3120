import { parseArgs } from 'node:util';
import { readConfig } from '#platform/config';
import { type Command, UsageFault } from './command.js';
import { governHospital } from './hospital/govern-hospital.js';
import { readDescribed, refuseTakenClients } from './hospital/read-file.js';
import { withFacts } from './with-facts.js';

const HOSPITAL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const FILE = /\.json$/;
const NAME_CHARS_MAX = 200;

const HELP = `npm run --silent arkim -- onboard <file.json>
npm run --silent arkim -- onboard <hospital> [--name <name>]

Lets a hospital store and read. The file says who it is, whose tokens speak for it and how they
say it, its machines, its assigning authorities and the rest; docs/hospitals.md has the form and
infra/samples/hospital.json is an example. In the short form <hospital> is its code as tokens carry
it (1 to 64 letters, digits, dots, dashes), and its tokens come from ARKIM_OIDC_ISSUERS.
A hospital that's onboarded already is left as it is.`;

/** Records that a hospital may store and read, and projects it in the same transaction. */
export const onboard: Command = {
  summary: 'let a hospital store and read',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { name: { type: 'string' } },
      allowPositionals: true,
    });
    const [first = '', ...more] = positionals;
    if (more.length > 0) throw new UsageFault('onboard needs one hospital or one file');
    const { hospital, made } = await (FILE.test(first)
      ? onboardFile(first)
      : onboardByName(first, values.name));
    terminal.answer(made ? `${hospital} is onboarded` : `${hospital} was onboarded before`);
    return 0;
  },
};

type Onboarded = Readonly<{ hospital: string; made: boolean }>;

async function onboardFile(path: string): Promise<Onboarded> {
  const described = await readDescribed(path);
  const { hospital } = described;
  const made = await withFacts(readConfig(), async (ports, pool) => {
    await refuseTakenClients(pool, described);
    return governHospital(ports, { kind: 'onboard', ...described });
  });
  return { hospital, made };
}

async function onboardByName(hospital: string, name = hospital): Promise<Onboarded> {
  if (!HOSPITAL.test(hospital))
    throw new UsageFault('onboard needs one hospital code, such as HOSP-A, or a file');
  if (name.length > NAME_CHARS_MAX)
    throw new UsageFault(`--name has ${NAME_CHARS_MAX} letters at most`);
  const made = await withFacts(readConfig(), (ports) =>
    governHospital(ports, { kind: 'onboard', hospital, name }),
  );
  return { hospital, made };
}

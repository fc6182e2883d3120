import { parseArgs } from 'node:util';
import { readConfig } from '#platform/config';
import { openDemoIssuer } from '#platform/demo-issuer';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, UsageFault } from './command.js';
import { parseLifetime } from './parse-lifetime.js';

const ROLES = [
  'modality',
  'radiologist',
  'physician',
  'agency',
  'patient',
  'records-manager',
  'dpo',
  'admin',
];
const ORGANISATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PATIENT = /^[^:\\^]{1,64}:[^\\^]{1,64}$/;

const HELP = `npm run --silent token -- --org <organisation> --role <role>[,<role>…] [options]

Prints a token (JWT) of the demo issuer as the last line of standard output.
It works for an archive that runs with ARKIM_DEMO=1 on the data folder ARKIM_DATA (default ./data).

  --org       HOSP-A, HOSP-B, HOSP-C or AGENCY
  --role      one or more of ${ROLES.join(', ')}
  --sub       who asks (default demo-<first role>)
  --purpose   why, as a code such as TREAT
  --patient   <assigning authority>:<id>, for the role patient
  --ttl       how long it's good: 90s, 30m, 12h (the default), 7d; at most 30d`;

/** Mints a token of the demo issuer, also before the first start: the key pair is made by whoever comes first. */
export const token: Command = {
  summary: 'print a token of the demo issuer',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
    const claims = claimsOf(values);
    const config = readConfig();
    if (!config.demo)
      throw new OperatorFault('ARKIM_DEMO is not 1: there is no demo issuer to ask for a token');
    const issuer = await openDemoIssuer(config.dataFolder);
    terminal.answer(await issuer.sign(claims));
    return 0;
  },
};

const OPTIONS = {
  org: { type: 'string' },
  role: { type: 'string' },
  sub: { type: 'string' },
  purpose: { type: 'string' },
  patient: { type: 'string' },
  ttl: { type: 'string' },
} as const;

type Values = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

function claimsOf({ org, role, sub, purpose, patient, ttl }: Values) {
  if (!org || !ORGANISATION.test(org)) throw new UsageFault('--org needs an organisation: HOSP-A');
  const roles = rolesOf(role);
  if (patient !== undefined && !PATIENT.test(patient))
    throw new UsageFault('--patient needs <assigning authority>:<id>');
  if (roles.includes('patient') && patient === undefined)
    throw new UsageFault('the role patient needs --patient');
  return {
    organisation: org,
    roles,
    subject: sub ?? `demo-${roles[0]}`,
    ...(purpose === undefined ? {} : { purpose }),
    ...(patient === undefined ? {} : { patient }),
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: parseLifetime(ttl ?? '12h'),
  };
}

function rolesOf(list: string | undefined): readonly string[] {
  const roles = (list ?? '').split(',').map((role) => role.trim());
  const unknown = roles.find((role) => !ROLES.includes(role));
  if (unknown !== undefined)
    throw new UsageFault(`--role needs one or more of ${ROLES.join(', ')}`);
  return roles;
}

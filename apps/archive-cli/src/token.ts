import { parseArgs } from 'node:util';
import { ROLES } from '#archive/access/access-words';
import { readConfig } from '#platform/config';
import { type DemoClaims, openDemoIssuer } from '#platform/demo-issuer';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, UsageFault } from './command.js';
import { parseLifetime } from './parse-lifetime.js';

const ORGANISATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PATIENT = /^[^:\\^]{1,64}:[^\\^]{1,64}$/;

const HELP = `npm run --silent token -- --org <organisation> --role <role>[,<role>…] [options]

Prints a token (JWT) of the demo issuer as the last line of standard output.
It works for an archive that runs with ARKIM_DEMO=1 on the data folder ARKIM_DATA (default ./data).

  --org       HOSP-A, HOSP-B, HOSP-C or AGENCY
  --role      one or more of ${ROLES.join(', ')}
  --also      <organisation>:<role>[,<role>…], another affiliation of the same person; may be repeated
  --sub       who asks (default demo-<first role>)
  --purpose   why, as a code such as TREAT
  --patient   <assigning authority>:<id>, for the role patient, or whose record a scope is for
  --scope     what an app may do, such as "patient/ImagingStudy.rs"; without it, all that the role may
  --mfa       signed in with more than one factor
  --act       <organisation>:<who>[:<role>,<role>…], whom the role agency acts for
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
  also: { type: 'string', multiple: true },
  sub: { type: 'string' },
  purpose: { type: 'string' },
  patient: { type: 'string' },
  scope: { type: 'string' },
  mfa: { type: 'boolean' },
  act: { type: 'string' },
  ttl: { type: 'string' },
} as const;

type Values = Readonly<
  Partial<Record<Exclude<keyof typeof OPTIONS, 'mfa' | 'also'>, string>> & {
    mfa?: boolean;
    also?: readonly string[];
  }
>;

function claimsOf(values: Values): DemoClaims {
  const { org, role, also, sub, purpose, patient, scope, mfa, act, ttl } = values;
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
    ...stated({ purpose, patient, scope }),
    ...(also && { also: also.map(affiliationOf) }),
    mfa: mfa === true,
    ...(act ? { act: actOf(act, roles) } : {}),
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: parseLifetime(ttl ?? '12h'),
  };
}

/** What was said of these. */
const stated = <K extends string>(options: Readonly<Record<K, string | undefined>>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, string>
  >;

function affiliationOf(text: string) {
  const [organisation = '', list, ...more] = text.split(':');
  if (!ORGANISATION.test(organisation) || more.length > 0)
    throw new UsageFault('--also needs <organisation>:<role>, such as HOSP-B:physician');
  return { organisation, roles: rolesOf(list) };
}

function actOf(text: string, roles: readonly string[]): NonNullable<DemoClaims['act']> {
  const [organisation = '', subject = '', list] = text.split(':');
  if (!roles.includes('agency')) throw new UsageFault('--act is for the role agency');
  if (!ORGANISATION.test(organisation) || !subject)
    throw new UsageFault('--act needs <organisation>:<who>, such as HOSP-A:dr-x:physician');
  return { organisation, subject, roles: list === undefined ? [] : rolesOf(list) };
}

function rolesOf(list: string | undefined): readonly string[] {
  const roles = (list ?? '').split(',').map((role) => role.trim());
  const unknown = roles.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined)
    throw new UsageFault(`--role needs one or more of ${ROLES.join(', ')}`);
  return roles;
}

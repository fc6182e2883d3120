import { parseArgs } from 'node:util';
import { readConfig } from '#platform/config';
import { type Command, UsageFault } from './command.js';
import { governHospital } from './hospital/govern-hospital.js';
import { parseLifetime } from './parse-lifetime.js';
import { withFacts } from './with-facts.js';

const HELP = `npm run --silent arkim -- fallback open <hospital> [--for <time>]
npm run --silent arkim -- fallback close <hospital>

For a hospital whose own sign-in is down or under attack. While the fallback is open, its people
read with tokens of the agency's issuer that name the hospital (the issuer of ARKIM_OIDC_ISSUERS
with "fallback": true), its own issuers aren't believed, and its machines are denied. Others notice
nothing. It ends by itself after --for (90s, 30m, 12h; default 24h; at most 30d).`;

/** Lets a hospital's people read through the agency's issuer. */
export const fallback: Command = {
  summary: 'let a hospital whose sign-in is down read through the agency',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { for: { type: 'string' } },
      allowPositionals: true,
    });
    const [action, hospital, ...more] = positionals;
    if ((action !== 'open' && action !== 'close') || !hospital || more.length > 0)
      throw new UsageFault('fallback open <hospital> | close <hospital>');
    const untilMs = Date.now() + parseLifetime(values.for ?? '24h', '--for') * 1000;
    const until = new Date(untilMs).toISOString();
    const command =
      action === 'close'
        ? ({ kind: 'close-fallback', hospital } as const)
        : ({ kind: 'open-fallback', hospital, until } as const);
    const made = await withFacts(readConfig(), (ports) => governHospital(ports, command));
    const now = command.kind === 'close-fallback' ? 'closed' : `open until ${until}`;
    terminal.answer(`the fallback of ${hospital} ${made ? 'is' : 'was'} ${now}`);
    return 0;
  },
};

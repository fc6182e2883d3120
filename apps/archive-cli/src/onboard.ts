import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { PoolClient } from 'pg';
import { type HospitalOnboarded, hospitalStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Append } from '#events/event-store';
import type { Log } from '#events/log';
import { toAppend } from '#events/sealed-events';
import { uuid5 } from '#events/uuid5';
import { readConfig } from '#platform/config';
import { type Command, UsageFault } from './command.js';
import { withDatabase } from './with-database.js';

const HOSPITAL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME_CHARS_MAX = 200;
/* Namespace of the ids of this command's events: the same hospital onboarded twice is one event. */
const NAMESPACE = '6b7e1f3a-2c54-4f0e-9c1d-8a5b3e7d2f60';

const HELP = `npm run --silent arkim -- onboard <hospital> [--name <name>]

Lets a hospital store and read. <hospital> is its code as tokens carry it (1 to 64 letters, digits,
dots, dashes). A hospital that's onboarded already is left as it is.`;

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
    const [hospital = ''] = positionals;
    const name = values.name ?? hospital;
    if (!HOSPITAL.test(hospital) || positionals.length !== 1)
      throw new UsageFault('onboard needs one hospital code, such as HOSP-A');
    if (name.length > NAME_CHARS_MAX)
      throw new UsageFault(`--name has ${NAME_CHARS_MAX} letters at most`);
    const made = await withDatabase(readConfig(), (client, log) =>
      onboardOnce(client, log, { hospital, name }),
    );
    terminal.answer(made ? `${hospital} is onboarded` : `${hospital} was onboarded before`);
    return 0;
  },
};

/** In the transaction that the client has begun. The row says what the fact says: one whose fact was recorded, and whose transaction then failed, stands. */
async function onboardOnce(
  client: PoolClient,
  log: Log,
  { hospital, name }: HospitalOnboarded['data'],
): Promise<boolean> {
  await log.append([factOf({ hospital, name })]);
  let made = false;
  for await (const { data, recordedAt } of log.read(hospitalStream(hospital))) {
    const { rowCount } = await client.query(
      `insert into hospitals (hospital, name, onboarded_at) values ($1, $2, $3)
       on conflict (hospital) do nothing`,
      [hospital, (data as HospitalOnboarded['data']).name, recordedAt],
    );
    made ||= rowCount === 1;
  }
  await client.query('commit');
  return made;
}

const factOf = (data: HospitalOnboarded['data']): Append => {
  const event: HospitalOnboarded = { type: 'HospitalOnboarded', data };
  const id = uuid5(NAMESPACE, data.hospital);
  const stream = hospitalStream(data.hospital);
  const metadata = { actor: 'operator', correlationId: id, causationId: id };
  const draft = { stream, expected: 0, events: [{ id, event }], metadata };
  return toAppend(draft, undefined, { upcasters: archiveUpcasters, random: randomBytes });
};

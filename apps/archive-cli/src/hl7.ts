import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { openMasterKey } from '#events/open-master-key';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { type Config, readConfig } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { masterKeyPlaces } from '#platform/master-key-places';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import { type Command, type Terminal, UsageFault } from './command.js';
import {
  discardMessage,
  listMessages,
  readMessage,
  replayMessage,
  STATES,
  type State,
} from './hl7/kept-messages.js';

const HELP = `npm run --silent arkim -- hl7 <action>

Messages of HL7 v2 that were accepted and could not be applied lie aside until a person decides.

  list [--hospital <hospital>] [--state <state>]
                  id, hospital, sender, type, when, state, why, attempts; nothing of patients.
                  States: dead (the default), received, applied, discarded
  show <id>       the message itself, with all that it says of people
  replay <id>     apply it before what waits; it may be older than what was applied since
  discard <id>    let it go`;

const ACTIONS = ['list', 'show', 'replay', 'discard'];
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The worklist of messages that could not be applied. */
export const hl7: Command = {
  summary: 'list, show, replay and discard messages that could not be applied',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { hospital: { type: 'string' }, state: { type: 'string', default: 'dead' } },
      allowPositionals: true,
    });
    const [action = '', id = ''] = positionals;
    if (!ACTIONS.includes(action)) throw new UsageFault(`hl7 ${ACTIONS.join(' | ')}`);
    const config = readConfig();
    const asked = { action, id, hospital: values.hospital, state: stateNamed(values.state) };
    if (action !== 'list' && !ID.test(id)) throw new UsageFault(`hl7 ${action} needs an id`);
    const pool = createPool({ url: await findDatabase(config), name: 'arkim', connectionsMax: 2 });
    try {
      return await act({ config, pool }, terminal, asked);
    } finally {
      await pool.end();
    }
  },
};

type Asked = Readonly<{ action: string; id: string; hospital: string | undefined; state: State }>;
type Opened = Readonly<{ config: Config; pool: Pool }>;

const stateNamed = (name: string): State => {
  const state = STATES.find((one) => one === name);
  if (state === undefined) throw new UsageFault(`--state is one of ${STATES.join(', ')}`);
  return state;
};

const act = async (opened: Opened, terminal: Terminal, asked: Asked): Promise<number> => {
  const { action, id } = asked;
  if (action === 'list') return list(opened.pool, terminal, asked);
  if (action === 'show') return show(opened, terminal, id);
  const isDone =
    action === 'replay'
      ? await replayMessage(opened.pool, id)
      : await discardMessage(opened.pool, id);
  if (!isDone) throw new OperatorFault('no dead message has this id');
  terminal.answer(action === 'replay' ? 'it will be applied' : 'discarded');
  return 0;
};

const list = async (pool: Pool, terminal: Terminal, { state, hospital }: Asked) => {
  let messages = 0;
  for await (const message of listMessages(pool, state, hospital)) {
    const { id, sender, type, reason, attempts, receivedAt } = message;
    const told = [id, message.hospital, sender, type, receivedAt.toISOString(), state, reason];
    terminal.answer([...told, `${attempts} attempts`].join('  '));
    messages++;
  }
  terminal.progress(`${messages} ${state}`);
  return 0;
};

const show = async ({ config, pool }: Opened, terminal: Terminal, id: string) => {
  const { masterKey } = openMasterKey(masterKeyPlaces(config), randomBytes);
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes });
  const bytes = await readMessage(pool, keys, id);
  if (bytes === undefined) throw new OperatorFault('nothing of such a message is kept');
  for (const line of bytes.toString('utf8').split(/\r\n?|\n/)) terminal.answer(line);
  return 0;
};

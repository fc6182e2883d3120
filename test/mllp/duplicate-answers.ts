import { setTimeout as delay } from 'node:timers/promises';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type Attributes, ctSlice, part10, sequence } from '../support/part10.js';
import { header, lines, pid, sender, testGateway } from './gateway.js';

const CLIENT = 'HOSP-A/his';
const CODES = { CTTHO: 'CT chest without-contrast' };

/** A gateway that asks an edge over the same archive, with messages applied as they come. Hospital A wants to be told, by two senders. */
export async function tellingGateway() {
  let api: TestApi | undefined;
  const gateway = await testGateway({}, async (archive) => {
    const { ids, keys } = archive.ingest;
    api = await testApi(archive.pool, { ids, keys, objects: archive.store });
    return { url: api.url, tokens: api.ports.tokens };
  });
  const { pool, ingest, send, work } = gateway.archive;
  await onboard(pool, 'HOSP-C');
  await pool.query(
    `update hospitals set settings = settings || $1, name = 'Clinic of A' where hospital = 'HOSP-A'`,
    [JSON.stringify(settingsOfA())],
  );
  await pool.query(
    `update hospitals set settings = settings || $1, name = 'CH Nord' where hospital = 'HOSP-B'`,
    [JSON.stringify({ catalogues: [catalogue] })],
  );
  await pool.query('update registry_state set version = version + 1');
  await api?.ports.registry.look('all');
  const his = await sender(gateway.port);
  let isOpen = true;
  const applied = (async () => {
    while (isOpen) {
      await gateway.apply();
      await delay(10);
    }
  })();
  return {
    gateway,
    pool,
    ids: ingest.ids,
    ask: (message: string) => his.ask(message),
    /** A CT of the chest of a person whom the nation knows, made by hospital B so many days ago. */
    store: async (study: string, national: string, days = 6) => {
      await send([imageOf(study, national, days)], 'HOSP-B');
      await work();
    },
    close: async () => {
      isOpen = false;
      await applied;
      await his.close();
      await api?.close();
      await gateway.close();
    },
  };
}

export type TellingGateway = Awaited<ReturnType<typeof tellingGateway>>;

const catalogue = { name: 'own', system: 'urn:example:own', designator: '99OWN', codes: CODES };

const settingsOfA = () => ({
  issuers: [],
  clients: [
    {
      id: CLIENT,
      keys: { set: { keys: [] } },
      certificates: [],
      roles: ['physician'],
      aeTitles: [],
    },
  ],
  catalogues: [catalogue],
  hl7: {
    senders: [
      { application: 'HIS', facility: 'HOSP-A', duplicates: { client: CLIENT } },
      {
        ...{ application: 'RIS', facility: 'HOSP-A' },
        duplicates: { client: CLIENT, answer: 'response' },
      },
      {
        ...{ application: 'LAB', facility: 'HOSP-A' },
        duplicates: { client: 'HOSP-A/nobody' },
      },
    ],
  },
});

const DAY_MS = 86_400_000;

const imageOf = (study: string, national: string, days: number): Buffer => {
  const day = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  const coded: Attributes = {
    '00080100': ['SH', 'CTTHO'],
    '00080102': ['SH', '99OWN'],
    '00080104': ['LO', 'CT Thorax'],
  };
  const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
  return part10(
    ctSlice(uids, {
      '00080020': ['DA', day.replaceAll('-', '')],
      '00080060': ['CS', 'CT'],
      '00081032': ['SQ', sequence(coded)],
      '00100020': ['LO', `N-${national}`],
      '00100021': ['LO', 'NATION'],
    }),
  );
};

/** The patient's own number at hospital A, and the nation's, are made known as one human. */
export const known = (patient: string): string =>
  lines(header('ADT^A28'), pid(patient, { more: `~N-${patient}^^^NATION` }));

type Ordered = Readonly<{ type?: string; version?: string; application?: string; more?: string }>;

/** An order for a CT of the chest. */
export const ordered = (patient: string, number: string, how: Ordered = {}): string => {
  const { type = 'OMI^O23^OMI_O23', version = '2.5.1', application = 'HIS', more = '' } = how;
  return lines(
    header(type, { version, more }).replace('|HIS|', `|${application}|`),
    pid(patient, { more: `~N-${patient}^^^NATION` }),
    `ORC|NW|${number}`,
    'OBR|1|||CTTHO^CT Thorax^99OWN',
  );
};

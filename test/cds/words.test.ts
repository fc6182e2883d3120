import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../apps/archive-api/src/cds/card-shape.js';
import { type CdsArchive, cdsArchive, clientOf } from './cds-archive.js';
import { callOf, imageOf, orderOf, verifiedReportOf } from './cds-files.js';
import { judged } from './judge.js';

const OF_B = { study: '1.2.840.97.1', national: 'N1', code: 'CT-THX-N' } as const;

let at: CdsArchive;
beforeAll(async () => {
  at = await cdsArchive();
  await at.store('HOSP-B', imageOf(OF_B));
});
afterAll(() => at.close());

const cards = async () => {
  const { body } = judged(await at.call(callOf([orderOf('TDMTHO')])));
  return body['cards'] as readonly Card[];
};
/** Changes the settings of HOSP-A; `part`: the path of what is replaced. */
const set = async (part: readonly string[], value: string) => {
  await at.pool.query(
    `update hospitals set settings = jsonb_set(settings, $1, to_jsonb($2::text)) where hospital = 'HOSP-A'`,
    [part, value],
  );
  await at.refresh();
};

test('a card tells whether the exam is reported on', async () => {
  expect((await cards())[0]?.detail).toContain('- Report: none in the archive');
  await at.store('HOSP-B', verifiedReportOf(OF_B));
  expect((await cards())[0]?.detail).toContain('- Report: there, verified');
});
test('a card is in the language of the hospital that orders; its codes stay', async () => {
  await set(['language'], 'fr');
  const [card] = await cards();
  expect(card).toMatchObject({
    summary: 'Scanner thorax : il y a 6 jours, CH Nord, images disponibles',
    source: { label: 'Archive nationale d’imagerie', topic: { code: 'duplicate-imaging' } },
    suggestions: [{ label: 'Utiliser l’examen existant, annuler cette prescription' }],
  });
  expect(card?.detail).toContain('**SAME**: le même examen existe déjà.');
  expect(card?.detail).toContain('- Compte rendu: disponible, validé');
  expect(card?.overrideReasons?.[0]).toMatchObject({ code: 'clinical-change' });
});
test('a radiographer is warned of what their hospital may know of by treating, and signing makes none of it', async () => {
  const clients = await at.pool.query(
    `select position - 1 as at from hospitals, jsonb_array_elements(settings -> 'clients') with ordinality as c (client, position)
     where hospital = 'HOSP-A' and client ->> 'id' = $1`,
    [clientOf('HOSP-A')],
  );
  await set(['clients', String(clients.rows[0].at), 'cdsHooks', 'userRole'], 'radiographer');
  await at.pool.query('delete from relationships');
  expect(await cards()).toEqual([]);
  expect((await at.pool.query('select from relationships')).rowCount).toBe(0);
  await at.pool.query(
    `insert into relationships (id, patient, person, organisation, kind, valid_from) values ('e', $1, $1, 'HOSP-A', 'encounter', now() - interval '1 hour')`,
    [at.personOf('1.3.182.4.4', 'N1')],
  );
  expect(await cards()).toHaveLength(1);
});

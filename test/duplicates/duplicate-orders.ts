import { randomUUID } from 'node:crypto';
import type { StatedOrder } from '#archive/orders/decide-order';
import { orderId } from '#index/order-id';
import {
  type CdsArchive,
  catalogueOf,
  clientOf,
  type Hospital,
  NATION,
} from '../cds/cds-archive.js';
import { signJwt } from '../cds/cds-jwt.js';

/** An order of a person whom the nation knows. `code`: of the hospital's own catalogue. */
export type Placed = Readonly<{
  hospital?: Hospital;
  national: string;
  number: string;
  code: string;
  accession?: string;
  confidentiality?: 'N' | 'R' | 'V';
  state?: 'active' | 'cancelled';
}>;

/** What tests do with orders of the archive of CDS Hooks. */
export const duplicateOrders = ({ api, pool, signing }: CdsArchive) => {
  const { ids, orders } = api.ports;
  const named = ({ hospital = 'HOSP-A', national, number }: Placed) => ({
    hospital,
    patient: ids.patient(NATION, national),
    order: orderId(ids, hospital, number),
  });
  return {
    /** A hospital tells of an order, and so treats the patient. */
    place: async (placed: Placed) => {
      const { hospital, patient, order } = named(placed);
      await orders.receive({ id: randomUUID(), actor: 'feed' }, statedOrder(placed, named(placed)));
      await pool.query(
        `insert into relationships (id, patient, person, organisation, kind, valid_from)
         values ($1, $2, coalesce((select person from patient_ids where patient = $2), $2), $3, 'order', now() - interval '1 hour')
         on conflict do nothing`,
        [`r-${order}`, patient, hospital],
      );
      return order;
    },
    /** As a member of a hospital with these roles. */
    get: async (path: string, roles: readonly string[] = ['physician'], organisation = 'HOSP-A') =>
      answerOf(
        await fetch(`${api.url}${path}`, {
          headers: { authorization: `Bearer ${await api.sign({ organisation, roles })}` },
        }),
      ),
    post: async (path: string, body: unknown, organisation = 'HOSP-A') =>
      answerOf(
        await fetch(`${api.url}${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await api.sign({ organisation, roles: ['physician'] })}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(body),
        }),
      ),
    /** What a client of a hospital tells of cards. */
    feedback: async (
      items: unknown,
      { service = 'imaging-duplicate-sign', hospital = 'HOSP-A' as Hospital } = {},
    ) => {
      const address = `${api.url}/cds-services/${service}/feedback`;
      const jwt = await signJwt(signing, { iss: clientOf(hospital), aud: address });
      const headers = { authorization: `Bearer ${jwt}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ feedback: items });
      return answerOf(await fetch(address, { method: 'POST', headers, body }));
    },
  };
};

const answerOf = async (answer: Response) => {
  const text = await answer.text();
  return { status: answer.status, text, body: text === '' ? {} : JSON.parse(text) };
};

const statedOrder = (
  { code, number, accession = '', confidentiality = 'N', state = 'active' }: Placed,
  named: Readonly<{ hospital: string; patient: string; order: string }>,
): StatedOrder => ({
  data: { ...named, claim: '', state },
  personal: {
    ...{ number, accession, confidentiality, isUrgent: false },
    ...{ orderedAt: new Date().toISOString(), scheduledAt: null },
    procedure: {
      codes: [{ system: catalogueOf(named.hospital as Hospital), value: code, display: '' }],
      ...{ descriptions: [], modality: '', bodySites: [], laterality: '', reasons: [] },
    },
  },
});

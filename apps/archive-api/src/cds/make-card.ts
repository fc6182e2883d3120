import type { OpaqueIds } from '#index/opaque-ids';
import type { Duplicate } from '../duplicates/duplicate.js';
import { cardOf } from './card.js';
import type { CdsPorts } from './cds-ports.js';
import { doseOf } from './dose.js';
import type { Asked, ShownCardOf, ToldOrder } from './hook-call.js';
import { type ReadReports, readReports } from './read-reports.js';
import { wordsOfLanguage } from './words-of-language.js';

/** The card of one order. The same call again has cards of the same ids, so that answers to either are answers to one. */
export async function makeCard(
  ports: CdsPorts,
  asked: Asked,
  told: ToldOrder,
): Promise<ShownCardOf> {
  const { client, body, service, origin, terms } = asked;
  const { best, duplicates, order, draft } = told;
  const key = [
    service.id,
    client.id,
    body.hookInstance,
    draft.id ?? order.exam.regions.join(),
  ].join('/');
  const reports = await reportsOfBest(ports, asked, told);
  const wording = {
    regions: terms.regions,
    words: wordsOfLanguage(ports.registry.find(client.hospital)?.settings?.language),
  };
  const dose = doseOf(best.found.exam.exam, reports?.dose, wording);
  const name = [key, idOf(best)].join('/');
  const card = cardOf({
    uuid: uuidOf(ports.ids, 'card', name),
    suggestion: uuidOf(ports.ids, 'suggestion', name),
    order: draft.id,
    ordered: order,
    best,
    indicator: service.hook === 'order-sign' ? indicatorOf(best) : 'info',
    origin,
    smartLaunch: client.settings.smartLaunch,
    told: {
      ...wording,
      today: new Date(ports.wallMs()).toISOString().slice(0, 10),
      dose,
      report: reports?.status,
      others: duplicates.slice(1),
    },
  });
  return { ...told, card, key, dose };
}

const indicatorOf = ({ match }: Duplicate): 'warning' | 'info' =>
  match.indicator === 'warning' ? 'warning' : 'info';

const idOf = ({ found }: Duplicate): string => (found.kind === 'study' ? found.claim : found.order);

/** Early there is no time for more than what is typical. */
async function reportsOfBest(
  ports: CdsPorts,
  { service }: Asked,
  { best: { found } }: ToldOrder,
): Promise<ReadReports | undefined> {
  const isRead = service.hook === 'order-sign' && found.kind === 'study';
  return isRead ? await readReports(ports, found.claim) : undefined;
}

const VERSION_8 = '8';
const VARIANT = '8';

/** A UUID (RFC 9562 §5.8) that tells nothing of what it was made of. */
const uuidOf = ({ care }: Pick<OpaqueIds, 'care'>, kind: string, name: string): string =>
  care(kind, name).replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/,
    `$1-$2-${VERSION_8}$3-${VARIANT}$4-$5`,
  );

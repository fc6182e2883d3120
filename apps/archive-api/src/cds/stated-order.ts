import type { OrderedCode, OrderedProcedure } from '#archive/order-events';
import type { StatedOrder } from '../duplicates/order-of.js';
import type { Concept, ServiceRequest } from './hook-request.js';

/** Systems of DICOM's controlled terminology, whose codes CT, MR … name the apparatus. */
const DCM = ['http://dicom.nema.org/resources/ontology/dcm', 'urn:oid:1.2.840.10008.2.16.4', 'dcm'];
/** CID 244: a body site may be a side alone. */
const SIDES: Readonly<Record<string, 'L' | 'R' | 'B'>> = {
  '7771000': 'L',
  '24028007': 'R',
  '51440002': 'B',
};
const DAY = /^\d{4}-\d{2}-\d{2}/;
const DAY_MS = 86_400_000;
/** Nobody orders for later: a day beyond is a slip of the pen. */
const DAYS_AHEAD_MAX = 3_650;

/** What a ServiceRequest says of the exam. `today`: YYYY-MM-DD. */
export const statedOrder = (order: ServiceRequest, today: string): StatedOrder => ({
  procedure: procedureOf(order),
  on: dayOf(order, today),
  isSerial: order.occurrenceTiming !== undefined,
});

function procedureOf(order: ServiceRequest): OrderedProcedure {
  const { code, orderDetail = [], bodySite = [], reasonCode = [] } = order;
  const sites = codesOf(bodySite).map(({ value }) => value);
  return {
    codes: code === undefined ? [] : codesOf([code]),
    descriptions: [
      ...(code?.text === undefined ? [] : [code.text]),
      ...textsOf(orderDetail),
      ...textsOf(bodySite),
    ],
    modality: codesOf(orderDetail).find(isModality)?.value ?? '',
    bodySites: sites.filter((value) => !Object.hasOwn(SIDES, value)),
    laterality: sideOf(sites),
    reasons: textsOf(reasonCode),
  };
}

/** Of both sides, where two are told. */
function sideOf(sites: readonly string[]): OrderedProcedure['laterality'] {
  const [side, other] = new Set(
    sites.flatMap((value) => (Object.hasOwn(SIDES, value) ? [SIDES[value]] : [])),
  );
  return other === undefined ? (side ?? '') : 'B';
}

const codesOf = (concepts: readonly Concept[]): readonly OrderedCode[] =>
  concepts.flatMap(({ coding = [] }) =>
    coding.flatMap(({ system = '', code: value, display = '' }) =>
      value === undefined ? [] : [{ system, value, display }],
    ),
  );

const textsOf = (concepts: readonly Concept[]): readonly string[] =>
  concepts.flatMap(({ text, coding = [] }) =>
    [text, ...coding.map(({ display }) => display)].filter((said) => said !== undefined),
  );

const isModality = ({ system, value }: OrderedCode): boolean =>
  DCM.includes(system.toLowerCase()) && /^[A-Z]{2,6}$/.test(value);

/** When it is to be done, else when it was ordered, else today. */
function dayOf(
  { occurrenceDateTime, occurrencePeriod, authoredOn }: ServiceRequest,
  today: string,
): string {
  const said = [occurrenceDateTime, occurrencePeriod?.start, authoredOn]
    .map((text) => DAY.exec(text ?? '')?.[0])
    .find((day) => day !== undefined && isNear(day, today));
  return said ?? today;
}

const isNear = (day: string, today: string): boolean =>
  Math.abs(Date.parse(day) - Date.parse(today)) <= DAYS_AHEAD_MAX * DAY_MS;

import { type ExamCode, type ExamWords, NO_WORDS } from '#exams/exam-words';
import type { StatedOrder } from '../duplicates/ordered-exam.js';
import type { Concept, ServiceRequest } from './hook-request.js';

/** Systems of DICOM's controlled terminology, whose codes CT, MR … name the apparatus. */
const DCM = ['http://dicom.nema.org/resources/ontology/dcm', 'urn:oid:1.2.840.10008.2.16.4', 'dcm'];
/** CID 244: a body site may be a side alone. */
const SIDES = ['7771000', '24028007', '51440002'];
const DAY = /^\d{4}-\d{2}-\d{2}/;
const DAY_MS = 86_400_000;
/** Nobody orders for later: a day beyond is a slip of the pen. */
const DAYS_AHEAD_MAX = 3_650;

/** What a ServiceRequest says of the exam. `today`: YYYY-MM-DD. */
export function statedOrder(order: ServiceRequest, today: string): StatedOrder {
  const { reasonCode = [], occurrenceTiming } = order;
  return {
    words: wordsOf(order),
    reasons: textsOf(reasonCode),
    on: dayOf(order, today),
    isSerial: occurrenceTiming !== undefined,
  };
}

function wordsOf({ code, orderDetail = [], bodySite = [] }: ServiceRequest): ExamWords {
  const details = codesOf(orderDetail);
  const sites = codesOf(bodySite);
  return {
    ...NO_WORDS,
    modalities: details.filter(isModality).map(({ value }) => value),
    codes: code === undefined ? [] : codesOf([code]),
    anatomicRegions: sites.filter(({ value }) => !SIDES.includes(value)),
    laterality: sites.map(({ value }) => value).filter((value) => SIDES.includes(value)),
    descriptions: code?.text === undefined ? [] : [code.text],
    seriesDescriptions: [...textsOf(orderDetail), ...textsOf(bodySite)],
  };
}

const codesOf = (concepts: readonly Concept[]): readonly ExamCode[] =>
  concepts.flatMap(({ coding = [] }) =>
    coding.flatMap(({ system = '', code: value, display = '' }) =>
      value === undefined ? [] : [{ system, value, display }],
    ),
  );

const textsOf = (concepts: readonly Concept[]): readonly string[] =>
  concepts.flatMap(({ text, coding = [] }) =>
    [text, ...coding.map(({ display }) => display)].filter((said) => said !== undefined),
  );

const isModality = ({ system, value }: ExamCode): boolean =>
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

import type { Span } from '#index/manifest-search';
import { malformed } from '../fhir/query-of.js';

const VALUE =
  /^(eq|ge|gt|sa|le|lt|eb)?([1-9]\d{3})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Later moments have years of more than four digits. */
const MS_MAX = Date.UTC(10_000, 0, 1) - 1;

/** The moments that a parameter of type date leaves (FHIR R4 §3.1.1.4.5), in UTC. Throws ProblemException. */
export function dateSpan(text: string, name: string): Span {
  const [, prefix = 'eq', ...parts] = VALUE.exec(text) ?? [];
  const covered = parts.length === 0 ? undefined : coveredBy(parts);
  if (covered === undefined) throw malformed(`${name} is no date.`);
  const [from = '', until = ''] = covered.map((ms) => new Date(Math.min(ms, MS_MAX)).toISOString());
  switch (prefix) {
    case 'ge':
      return { from };
    case 'gt':
    case 'sa':
      return { from: until };
    case 'le':
      return { until };
    case 'lt':
    case 'eb':
      return { until: from };
    default:
      return { from, until };
  }
}

/** The same as dates of DICOM: a study has no zone here, so a time within its day counts for the day. */
export const studySpan = (text: string, name: string): Span => {
  const { from, until } = dateSpan(text.replace(/T.*$/, ''), name);
  return {
    ...(from !== undefined && { from: dicomDate(from) }),
    ...(until !== undefined && { until: dicomDate(until) }),
  };
};

const dicomDate = (at: string): string => at.slice(0, 10).replaceAll('-', '');

/** The first millisecond, and the first one behind it. */
function coveredBy(parts: readonly (string | undefined)[]): readonly number[] | undefined {
  const [year = '', month, day, hour, minute, second, zone = 'Z'] = parts;
  const [y, m] = [Number(year), Number(month ?? 1)];
  const midnight = Date.parse(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  if (Number.isNaN(midnight)) return undefined;
  if (month === undefined) return [midnight, Date.UTC(y + 1, 0, 1)];
  if (day === undefined) return [midnight, Date.UTC(y, m, 1)];
  if (hour === undefined) return [midnight, midnight + DAY_MS];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${zone}`);
  if (Number.isNaN(at)) return undefined;
  return [at, at + (second === undefined ? MINUTE_MS : SECOND_MS)];
}

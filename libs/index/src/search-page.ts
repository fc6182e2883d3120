import type { Statement } from './findable.js';
import { mergedPage } from './merged-page.js';
import type { InstanceMatch } from './search-instances.js';
import { zoneSql } from './search-moment.js';
import { SERIES_POSITION, STUDY_POSITION } from './search-position.js';
import { onlyOwn } from './search-reach.js';
import { statementValues } from './search-sql.js';
import {
  type Asked,
  restricted,
  SERIES_ORDER,
  STUDY_ORDER,
  STUDY_ORDER_UP,
  seriesRows,
  VISITS_MAX,
} from './search-statement.js';

/**
 * One page of studies or of series. Where rows that aren't shown are passed over or sorted out, the keys of the page are found first, so that an
 * index alone can tell them (it holds the order and what is asked for); the rows, of which each is a page to read, only then.
 */
export function pageStatement(asked: Asked, limit: number, offset: number): Statement {
  const own = onlyOwn(asked.reach);
  if (own === undefined) return mergedPage(asked, rowsOf(asked), { limit, offset });
  const { values, bind } = statementValues();
  const { rows, order, keys, joined } =
    asked.level === 'study' ? studyPage(asked) : seriesPage(asked);
  const isDirect = offset === 0 && !isCovered(asked);
  const page = `select ${isDirect ? rows : keys}
${restricted(asked, asked.matches, bind, own.sql(bind))}
order by ${order}
limit ${bind(limit)} offset ${bind(offset)}`;
  if (isDirect) return { text: page, values };
  const text = `select ${rows}
from (
${page}
) as page join ${joined}
where studies.hospital = ${bind(asked.reach.hospital)}
order by ${order.replaceAll(/\b(studies|series)\./g, 'page.')}`;
  return { text, values };
}

/** Series to visit for instances, in order; `visits` where fewer are known to be enough, because no series is empty. */
export function visitStatement(asked: Asked, visits = VISITS_MAX): Statement {
  const rows = `${seriesRows(asked)}, ${zoneSql('series.json')} as timezone`;
  const limit = Math.min(visits, VISITS_MAX) + 1;
  const own = onlyOwn(asked.reach);
  if (own === undefined) return mergedPage(asked, rows, { limit, offset: 0 });
  const { values, bind } = statementValues();
  const text = `select ${rows}
${restricted(asked, asked.matches, bind, own.sql(bind))}
order by ${SERIES_ORDER}
limit ${bind(limit)}`;
  return { text, values };
}

const rowsOf = (asked: Asked) => (asked.level === 'study' ? STUDIES.rows : seriesPage(asked).rows);

const STUDIES = {
  rows: `studies.claim, ${STUDY_POSITION}, studies.version, studies.json as study_json`,
  order: STUDY_ORDER,
  keys: STUDY_POSITION,
  joined: '{schema}.studies as studies on studies.study_uid = page.study_uid',
};

const studyPage = ({ isAscending }: Asked) =>
  isAscending ? { ...STUDIES, order: STUDY_ORDER_UP } : STUDIES;

const seriesPage = (asked: Asked) => ({
  rows: seriesRows(asked),
  order: SERIES_ORDER,
  keys: `${STUDY_POSITION}, ${SERIES_POSITION}, series.series`,
  joined:
    '{schema}.series as series on series.series = page.series join {schema}.studies as studies on studies.claim = series.claim',
});

const MOMENT = ['00080020', '00080030'];
const MODALITIES = '00080061';
const PATIENT_NAME = '00100010';
const REFERRING = '00080090';

/** Attributes by which many may be found, and whose index holds the order of studies as well (migration 0010). */
const COVERED: readonly string[] = [MODALITIES, PATIENT_NAME, REFERRING];

/** Whether one index has all that is asked for, and more may fit than the page shows. */
const isCovered = ({ level, matches }: Pick<Asked, 'level' | 'matches'>): boolean => {
  if (level !== 'study') return false;
  const [match, ...others] = matches.filter(({ path }) => !MOMENT.includes(path.join('.')));
  return match !== undefined && others.length === 0 && isInIndex(match) && !matches.some(isZoned);
};

const isInIndex = ({ path, condition }: InstanceMatch): boolean => {
  const attribute = path.join('.');
  if (!COVERED.includes(attribute)) return false;
  if (attribute === MODALITIES) return condition.kind === 'equal' || condition.kind === 'all';
  if ('sounds' in condition && condition.sounds !== undefined) return false;
  if (condition.kind === 'equal') return attribute === REFERRING;
  return condition.kind === 'like' && condition.patterns.every(isBeginning);
};

/** A pattern that says how the value begins; others are for the index of trigrams. */
const isBeginning = (pattern: string) => !/^[*?]/.test(pattern);

/** A zone is in the row's JSON. */
const isZoned = ({ condition }: InstanceMatch) =>
  condition.kind === 'range' && condition.zone !== undefined;

import { columnText, type HeaderJson, textOf, textsInItems, wholeNumberOf } from './header-json.js';
import { mergeAttributes, rowJson, SERIES_LEVEL } from './row-attributes.js';
import type { StoredBatch } from './study-row.js';

/** One row of the Series level of the Search Transaction (PS3.18 §10.6). `version` counts the changes of the series or of where its bytes lie. */
export type SeriesRow = Readonly<{
  series: string;
  claim: string;
  hospital: string;
  attributes: HeaderJson;
  instanceCount: number;
  version: number;
}>;

/** Pure and total; the same whether live or replayed, in any batch size. */
export function evolveSeriesRow(before: SeriesRow | undefined, batch: StoredBatch): SeriesRow {
  const { series, claim, hospital, headers, seen = headers } = batch;
  const row = before ?? { series, claim, hospital, attributes: {}, instanceCount: 0, version: 0 };
  return {
    ...row,
    attributes: headers.reduce<HeaderJson>(
      (attributes, header) => mergeAttributes(SERIES_LEVEL, attributes, header),
      row.attributes,
    ),
    instanceCount: row.instanceCount + seen.length,
    version: row.version + 1,
  };
}

const REQUEST_ATTRIBUTES = '00400275';

/** Typed columns and the ready JSON of a series row. */
export const seriesColumns = (row: SeriesRow) => {
  const text = (tag: string) => columnText(textOf(row.attributes, tag));
  return {
    series: row.series,
    claim: row.claim,
    hospital: row.hospital,
    series_uid: text('0020000E'),
    modality: text('00080060'),
    number: wholeNumberOf(row.attributes, '00200011'),
    description: text('0008103E'),
    body_part: text('00180015'),
    pps_date: text('00400244'),
    pps_time: text('00400245'),
    requested_procedure_ids: textsInItems(row.attributes, REQUEST_ATTRIBUTES, '00401001'),
    scheduled_step_ids: textsInItems(row.attributes, REQUEST_ATTRIBUTES, '00400009'),
    instance_count: row.instanceCount,
    version: row.version,
    attributes: JSON.stringify(row.attributes),
    json: rowJson(SERIES_LEVEL, row.attributes, {
      '00201209': { vr: 'IS', Value: [row.instanceCount] },
    }),
  };
};

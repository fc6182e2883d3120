import type { DicomJson } from '#dicom/dicom-json';
import { multipartBuffers, multipartContentType } from '#dicomweb/multipart-writer';
import type { SearchPlan } from '#index/search-plan';
import type { Answer } from '../answer.js';
import { nativeXml } from '../native-xml.js';
import { BOUNDARY } from '../retrieve/boundary.js';
import type { Remaining } from './count-remaining.js';
import type { Found } from './search-ports.js';

const XML = 'application/dicom+xml';

/** `next`: the Link to the page behind. `remaining`: how many results there are behind, where that could be counted. */
export type RowsContext = Readonly<{
  mediaType: string;
  plan: SearchPlan;
  next: string | undefined;
  remaining: Remaining | undefined;
}>;

/** 200 also for nothing: an empty list is an answer every client reads. */
export function rowsAnswer(found: Found, context: RowsContext): Answer {
  const warnings = warningsOf(found, context);
  const warned = warnings.length === 0 ? {} : { warning: warnings.join(', ') };
  const linked = context.next === undefined ? {} : { link: context.next };
  const headers = { 'cache-control': 'private, no-store', ...warned, ...linked };
  return context.mediaType === XML
    ? xmlAnswer(found.rows, headers)
    : jsonAnswer(found.rows, context.mediaType, headers);
}

const warning = (text: string) => `299 arkim "${text}"`;

const remainingText = (remaining: Remaining | undefined): string => {
  const many = remaining === undefined ? '' : `${remaining.count} `;
  const bound = remaining?.isExact === false ? 'at least ' : '';
  return `There are ${bound}${many}additional results that can be requested`;
};

/** PS3.18 §8.3.4.2, §8.3.4.4.1: what was asked for and not done is said. */
function warningsOf(
  { more, incomplete }: Found,
  { plan, remaining }: RowsContext,
): readonly string[] {
  return [
    ...(plan.literalNames
      ? [
          warning(
            'The fuzzymatching parameter is not supported for all of these names. Only literal matching has been performed.',
          ),
        ]
      : []),
    ...(more ? [warning(remainingText(remaining))] : []),
    ...(incomplete
      ? [warning('The search is too broad: not all of the archive was looked through.')]
      : []),
  ];
}

function jsonAnswer(
  rows: readonly string[],
  mediaType: string,
  headers: Answer['headers'],
): Answer {
  const body = Buffer.from(`[${rows.join(',')}]`);
  return {
    status: 200,
    headers: { ...headers, 'content-type': mediaType, 'content-length': body.length },
    body,
  };
}

function xmlAnswer(rows: readonly string[], headers: Answer['headers']): Answer {
  const body = multipartBuffers(
    rows.map((row) => ({
      headers: [['Content-Type', XML]],
      body: Buffer.from(nativeXml(JSON.parse(row) as DicomJson)),
    })),
    BOUNDARY,
  );
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': multipartContentType(XML, BOUNDARY),
      'content-length': body.reduce((sum, chunk) => sum + chunk.length, 0),
    },
    body,
  };
}

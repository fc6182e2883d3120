import { BULKDATA_MARKER } from '#dicom/read-inline';

/** Inside a JSON string the quotes would be escaped, so no value of an attribute can look like this. */
const MARKED = Buffer.from(`"BulkDataURI":"${BULKDATA_MARKER}`);
const NAME = '"BulkDataURI":"';

/** Pieces of the DICOM JSON text with addresses below `bulkUrl` in place of the markers; the text itself is not copied. */
export function withBulkUrls(json: Buffer, bulkUrl: string): Buffer[] {
  let at = json.indexOf(MARKED);
  if (at < 0) return [json];
  const address = Buffer.from(`${NAME}${bulkUrl}/`);
  const pieces: Buffer[] = [];
  let from = 0;
  while (at >= 0) {
    pieces.push(json.subarray(from, at), address);
    from = at + MARKED.length;
    at = json.indexOf(MARKED, from);
  }
  pieces.push(json.subarray(from));
  return pieces;
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** One JSON array of texts that are given in pieces. */
export function jsonArray(texts: readonly (readonly Buffer[])[]): Buffer {
  const pieces: Buffer[] = [OPEN];
  for (const [index, text] of texts.entries()) {
    if (index > 0) pieces.push(COMMA);
    for (const piece of text) pieces.push(piece);
  }
  pieces.push(CLOSE);
  return Buffer.concat(pieces);
}

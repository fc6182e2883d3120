const boundary = 'arkim-bench-boundary-4f1c9a';
const partHead = Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
const tail = Buffer.from(`\r\n--${boundary}--\r\n`);

/** A Store Transaction body (PS3.18 §10.5.1) as pieces that share the pixel bytes; `length` is its Content-Length. */
export function storeBody(files) {
  const pieces = files.flatMap((file) => [partHead, ...file.filter((piece) => piece.length > 0)]);
  pieces.push(tail);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const contentType = `multipart/related; type="application/dicom"; boundary=${boundary}`;
  return { body: pieces, length, contentType };
}

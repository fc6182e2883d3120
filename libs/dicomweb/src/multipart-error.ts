/**
 * boundary: not a legal one. no-parts: not one part was found. truncated: the closing boundary is missing. The others name the
 * bound that was broken.
 */
export type MultipartFault =
  | 'boundary'
  | 'no-parts'
  | 'truncated'
  | 'preamble-too-long'
  | 'epilogue-too-long'
  | 'part-header-too-long'
  | 'too-many-parts';

/** Why a multipart body cannot be read on; thrown to whoever reads the parts or a part's bytes. */
export class MultipartError extends Error {
  constructor(readonly reason: MultipartFault) {
    super(`multipart body: ${reason}`);
    this.name = 'MultipartError';
  }
}

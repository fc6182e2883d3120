import { tagHex } from './tag.js';

/** Why a file can't be read; stable codes, free of anything the file says. */
export type ReadFailure =
  | 'empty'
  | 'not-dicom'
  | 'truncated'
  | 'exceeds-parent'
  | 'item-expected'
  | 'item-unexpected'
  | 'undefined-length'
  | 'nested-too-deep'
  | 'too-many-elements'
  | 'too-many-fragments'
  | 'header-too-long'
  | 'value-too-long'
  | 'inflated-too-long'
  | 'inflate-failed'
  | 'no-transfer-syntax'
  | 'read-failed';

/** `offset` counts bytes from the start of the file (in a deflated one: of the inflated data set); `tag` is eight hex digits. */
export type ReadError = Readonly<{ reason: ReadFailure; offset: number; tag?: string }>;

/** Carries a ReadError up through nested data sets; `readHeader` turns it back into a value. */
export class ReadStopped extends Error {
  readonly error: ReadError;

  constructor(reason: ReadFailure, offset: number, tag?: number) {
    super(`${reason} at ${offset}`);
    this.error = tag === undefined ? { reason, offset } : { reason, offset, tag: tagHex(tag) };
  }
}

/** What is odd in a file that could be read all the same. */
export type OddityReason =
  | 'no-preamble'
  | 'no-transfer-syntax'
  | 'meta-group-length'
  | 'transfer-syntax-guessed'
  | 'transfer-syntax-unknown'
  | 'element-without-vr'
  | 'element-order'
  | 'duplicate-element'
  | 'value-length'
  | 'unknown-character-set'
  | 'undecodable-text'
  | 'stray-delimiter'
  | 'missing-delimiter'
  | 'unreadable-sequence'
  | 'trailing-bytes';

export type Oddity = Readonly<{ reason: OddityReason; offset: number; tag?: string }>;

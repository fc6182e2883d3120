import type { EncodedFrameIndex } from '#dicom/frame-index-code';
import { type HeaderJson, wholeNumberOf } from './header-json.js';

/** What the index keeps of one instance, so that search and frames need neither its header nor its bytes (design D8, D9). */
export type InstanceFact = Readonly<{
  instance: string;
  sopClass: string;
  transferSyntax: string;
  /** InstanceNumber, or null when absent or not a number. */
  number: number | null;
  rows: number | null;
  columns: number | null;
  bitsAllocated: number | null;
  /** NumberOfFrames as stated, or null when absent. */
  frames: number | null;
  sha256: string;
  bytes: number;
  /** Null without pixel data whose frames can be told apart; 'extract' when it is too large for the segment and lies in the extract only. */
  frameIndex: EncodedFrameIndex | 'extract' | null;
}>;

/** Frame indexes longer than this (characters) lie in the extract and are read on demand. */
export const SEGMENT_FRAME_INDEX_CHARACTERS_MAX = 4096;

/** Series order of instances: by InstanceNumber (those without one last), then by UID, so that paging is stable. */
export const byInstanceNumber = (a: InstanceFact, b: InstanceFact): number =>
  (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER) ||
  compareText(a.instance, b.instance);

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

type Known = Pick<InstanceFact, 'instance' | 'sopClass' | 'transferSyntax' | 'sha256' | 'bytes'> &
  Readonly<{ frameIndex: EncodedFrameIndex | null }>;

/** The index's fact of an instance, from its header; the same at ingest and at a rebuild from the extract. */
export const factOf = (header: HeaderJson, known: Known): InstanceFact => ({
  instance: known.instance,
  sopClass: known.sopClass,
  transferSyntax: known.transferSyntax,
  number: wholeNumberOf(header, '00200013'),
  rows: wholeNumberOf(header, '00280010'),
  columns: wholeNumberOf(header, '00280011'),
  bitsAllocated: wholeNumberOf(header, '00280100'),
  frames: wholeNumberOf(header, '00280008'),
  sha256: known.sha256,
  bytes: known.bytes,
  frameIndex: isLarge(known.frameIndex) ? 'extract' : known.frameIndex,
});

const isLarge = (frameIndex: EncodedFrameIndex | null) =>
  frameIndex?.[0] === 'e' && frameIndex[1].length > SEGMENT_FRAME_INDEX_CHARACTERS_MAX;

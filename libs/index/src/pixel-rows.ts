/** The digest of the pixels of one instance. `uidHash`: as in reservations; `bytes`: of the whole file. */
export type PixelRow = Readonly<{ uidHash: Buffer; digest: Buffer; bytes: number }>;

/** Those of one study, or of a part of it. */
export type StudyPixels = Readonly<{ hospital: string; claim: string; rows: readonly PixelRow[] }>;

/** Studies that one picture may be in: what is in more is no copy of an examination, but a logo, a phantom or an empty picture. */
export const STUDIES_OF_PICTURE_MAX = 16;

/** Entries of a look-up table; the first stands for the stored value `first`, `bits` is the depth of each. */
export type LookUpTable = Readonly<{ first: number; bits: number; values: Uint16Array }>;

/** Stored values → what the modality measured (PS3.3 §C.11.1). */
export type ModalityTransform =
  | Readonly<{ kind: 'rescale'; slope: number; intercept: number }>
  | Readonly<{ kind: 'table'; table: LookUpTable }>;

/** The functions of PS3.3 §C.11.2.1.2 and §C.11.2.1.3. */
export type WindowShape = 'linear' | 'linear-exact' | 'sigmoid';

/** `width` is at least 1 for `linear`, above 0 for the others. */
export type GreyWindow = Readonly<{ center: number; width: number; shape: WindowShape }>;

/** The values of interest; `extremes`: from the least to the greatest of the frame, `full`: all that Bits Stored can hold. */
export type VoiTransform =
  | Readonly<{ kind: 'window'; window: GreyWindow }>
  | Readonly<{ kind: 'table'; table: LookUpTable }>
  | Readonly<{ kind: 'extremes' }>
  | Readonly<{ kind: 'full' }>;

export type Palette = Readonly<{ red: LookUpTable; green: LookUpTable; blue: LookUpTable }>;

/** How stored grey values become light (PS3.4 §N.2); `padding` bounds, both inclusive, the stored values that are no measurement. */
export type GreyDisplay = Readonly<{
  kind: 'grey';
  modality: ModalityTransform;
  voi: VoiTransform;
  isInverse: boolean;
  padding?: readonly [least: number, greatest: number];
  /** Colours of the stored values from its `first` on (PS3.3 §C.7.6.17). */
  supplemental?: Palette;
}>;

/** How one frame is shown; `highBit` matters where pixels are stored native. */
export type Display = Readonly<{ highBit: number; isFloat: boolean }> &
  (GreyDisplay | Readonly<{ kind: 'palette'; palette: Palette }> | Readonly<{ kind: 'colour' }>);

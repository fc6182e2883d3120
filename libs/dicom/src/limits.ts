/** Bounds on what one file may make the reader do; at a bound the answer is an error value. */
export type HeaderLimits = Readonly<{
  /** Bytes to ask for at first; each further read asks for twice as many, up to 1 MiB. */
  firstReadBytes: number;
  /** Bytes read from the file in all; values that are passed over don't count. */
  headerBytesMax: number;
  /** Elements and items, nested ones included. */
  elementsMax: number;
  /** Values of all attributes that have several; person names count as elements instead. */
  valuesMax: number;
  /** Data sets within data sets. */
  depthMax: number;
  /** Fragments of encapsulated pixel data. */
  fragmentsMax: number;
  /** Text that has to stay in the header because PS3.18 §F.2.2 has no bulk form for it. */
  valueBytesMax: number;
  /** Binary values up to here are given inline, longer ones as bulk data. */
  inlineBinaryBytesMax: number;
  /** Numbers and text up to here are given inline, longer ones as bulk data. */
  inlineValueBytesMax: number;
  /** Offset tables of encapsulated pixel data, in bytes. */
  offsetTableBytesMax: number;
  /** Bytes that a deflated data set may inflate to. */
  inflatedBytesMax: number;
  /** Oddities that are listed; more are dropped. */
  odditiesMax: number;
}>;

const MEBIBYTE = 1024 * 1024;

export const HEADER_LIMITS: HeaderLimits = {
  firstReadBytes: 64 * 1024,
  headerBytesMax: 64 * MEBIBYTE,
  elementsMax: 1_000_000,
  valuesMax: 16_000_000,
  depthMax: 64,
  fragmentsMax: 1_000_000,
  valueBytesMax: MEBIBYTE,
  inlineBinaryBytesMax: 1024,
  inlineValueBytesMax: 64 * 1024,
  offsetTableBytesMax: 8 * MEBIBYTE,
  inflatedBytesMax: 1024 * MEBIBYTE,
  odditiesMax: 64,
};

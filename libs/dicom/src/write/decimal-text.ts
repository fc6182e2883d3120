/** PS3.5 Table 6.2-1: the longest text of a DS. */
const DECIMAL_CHARACTERS_MAX = 16;
const DIGITS_MAX = 17;
const INTEGER_MAX = 2 ** 31 - 1;

/** A number as DS (PS3.5 §6.2): the shortest text that is this number, rounded where 16 characters don't hold it. Undefined for what is no number. */
export function decimalText(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const exact = String(value);
  if (exact.length <= DECIMAL_CHARACTERS_MAX) return exact;
  for (let digits = DIGITS_MAX; digits > 0; digits--) {
    const rounded = String(Number(value.toPrecision(digits)));
    if (rounded.length <= DECIMAL_CHARACTERS_MAX) return rounded;
    const scientific = value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
    if (scientific.length <= DECIMAL_CHARACTERS_MAX) return scientific;
  }
  return undefined;
}

/** A number as IS (PS3.5 §6.2): whole and of 32 bits. */
export const integerText = (value: number): string | undefined =>
  Number.isInteger(value) && value >= -INTEGER_MAX - 1 && value <= INTEGER_MAX
    ? String(value)
    : undefined;

/** A data set as one line per attribute, so that two readers' results can be held against each other. */
export type Flat = ReadonlyMap<string, string>;

/** An attribute as any of the readers gives it: DICOM JSON with a digest in the place of bytes. */
export type JudgedElement = Readonly<{
  vr: string;
  Value?: readonly unknown[];
  sha256?: string;
  bytes?: number;
  failed?: string;
}>;
export type JudgedDataSet = Readonly<Record<string, JudgedElement>>;

/** Paths are tags and item indices (`54000100/0/5400101A`). Padding, and whether a number came as text, isn't told apart. */
export const flatten = (dataSet: JudgedDataSet): Flat => {
  const lines = new Map<string, string>();
  addTo(lines, '', dataSet);
  return lines;
};

const addTo = (lines: Map<string, string>, prefix: string, dataSet: JudgedDataSet): void => {
  for (const [tag, element] of Object.entries(dataSet)) {
    const path = prefix + tag;
    if (element.vr === 'SQ') {
      const items = (element.Value ?? []) as readonly JudgedDataSet[];
      lines.set(path, `SQ ${items.length}`);
      for (const [i, item] of items.entries()) addTo(lines, `${path}/${i}/`, item);
    } else lines.set(path, lineOf(element));
  }
};

const lineOf = (element: JudgedElement): string => {
  if (element.failed !== undefined) return `failed ${element.failed}`;
  if (element.sha256 !== undefined)
    return element.bytes === 0 ? element.vr : `${element.vr} ${element.bytes} ${element.sha256}`;
  const values = (element.Value ?? []).map((value) => canonical(element.vr, value));
  return values.every((value) => value === null) && values.length <= 1
    ? element.vr
    : `${element.vr} ${JSON.stringify(values)}`;
};

const NUMERIC = ['DS', 'IS', 'FD', 'FL', 'SL', 'SS', 'SV', 'UL', 'US', 'UV'];

const canonical = (vr: string, value: unknown): unknown => {
  if (value === null || value === undefined || value === '') return null;
  if (vr === 'PN') return nameOf(value as Readonly<Record<string, string>>);
  if (NUMERIC.includes(vr)) return numberOf(value);
  return typeof value === 'string' ? withoutPadding(value) || null : value;
};

const numberOf = (value: unknown): unknown => {
  const text = String(value).trim();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
};

const nameOf = (name: Readonly<Record<string, string>>): unknown => {
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'].map((group) =>
    withoutPadding(name[group] ?? ''),
  );
  return groups.some((group) => group !== '') ? groups : null;
};

const withoutPadding = (text: string): string => text.replace(/[ \0]+$/, '');

/** One attribute on which two readers differ; an absent attribute is an empty line. */
export type Difference = Readonly<{ path: string; ours: string; theirs: string }>;

/** A way of writing that a judge has and that says the same; true when the difference is no more than that. */
export type Convention = (difference: Difference) => boolean;

/** Every path that doesn't read alike in both, whatever the judge's conventions. */
export const differences = (
  ours: Flat,
  theirs: Flat,
  conventions: readonly Convention[],
): Difference[] =>
  [...new Set([...ours.keys(), ...theirs.keys()])]
    .sort()
    .map((path) => ({ path, ours: ours.get(path) ?? '', theirs: theirs.get(path) ?? '' }))
    .filter((found) => found.ours !== found.theirs && !conventions.some((same) => same(found)));

/** A person name by its component groups (PS3.18 §F.2.2); absent groups are empty. */
export type PersonName = Readonly<{ Alphabetic?: string; Ideographic?: string; Phonetic?: string }>;

/** One member of a `Value` array; `null` stands for an empty value between others (PS3.18 §F.2.5). */
export type JsonValue = string | number | null | PersonName | DicomJson;

/** An attribute of the DICOM JSON Model (PS3.18 §F.2.2); one that has none of the three optional members is empty. */
export type JsonElement = Readonly<{
  vr: string;
  Value?: readonly JsonValue[];
  InlineBinary?: string;
  BulkDataURI?: string;
}>;

/** A data set in the DICOM JSON Model, keyed by eight hex digits. Write it with `dicomJsonText`: the order of keys matters. */
export type DicomJson = { [tag: string]: JsonElement };

/**
 * The JSON text with attributes in ascending order, as PS3.18 §F.2.2 asks for; JSON.stringify alone would put keys
 * that look like numbers (`30060010`) first.
 */
export const dicomJsonText = (dataSet: DicomJson): string =>
  isInOrder(dataSet) ? JSON.stringify(dataSet) : orderedText(dataSet);

const isInOrder = (dataSet: DicomJson): boolean => {
  let last = '';
  for (const tag in dataSet) {
    if (tag < last) return false;
    last = tag;
    const element = dataSet[tag];
    if (element?.vr !== 'SQ' || element.Value === undefined) continue;
    for (const item of element.Value) if (!isInOrder(item as DicomJson)) return false;
  }
  return true;
};

const orderedText = (dataSet: DicomJson): string => {
  let text = '{';
  for (const tag of Object.keys(dataSet).sort()) {
    const element = dataSet[tag];
    if (element === undefined) continue;
    text += `${text === '{' ? '' : ','}"${tag}":${elementText(element)}`;
  }
  return `${text}}`;
};

const elementText = (element: JsonElement): string => {
  if (element.vr !== 'SQ' || element.Value === undefined) return JSON.stringify(element);
  const items = element.Value.map((item) => dicomJsonText(item as DicomJson));
  return `{"vr":"SQ","Value":[${items.join(',')}]}`;
};

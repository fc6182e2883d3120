import { codeKey } from './code-systems.js';
import { combineMeanings, finest } from './combine-meanings.js';
import { readText } from './dictionary.js';
import type {
  Contrast,
  EvidenceSource,
  ExamClass,
  Laterality,
  ModalityGroup,
} from './exam-class.js';
import type { ExamCode, ExamWords } from './exam-words.js';
import type { Meaning } from './meaning.js';
import { modalityGroup } from './modality-group.js';
import { isWithin } from './regions.js';
import { regionsShown } from './regions-shown.js';
import { bodyPartKey, type Terms } from './terms.js';

/** What one source tells of the exam, and how sure that is. */
type Told = Readonly<{ evidence: EvidenceSource; meaning: Meaning; confidence: number }>;

/**
 * What exam it is, of an order or a stored study alike: by the first of coded procedure, local code, anatomic region, body part and description
 * that names a region. What that source doesn't tell (side, contrast, purpose) the next ones fill in. A description within a coarser region
 * makes it finer. Pure and total.
 */
export function classify(words: ExamWords, terms: Terms): ExamClass {
  const told = sourcesOf(words, terms);
  const named = told.filter(({ meaning }) => meaning.regions.length > 0);
  const group =
    modalityGroup(words.modalities) ?? firstOf(told, ({ group: own }) => own) ?? 'other';
  const first = named[0] ?? impliedBy(group);
  const purposes = [...new Set(told.flatMap(({ meaning }) => meaning.purposes))].sort();
  const refined = refine(first, named, terms);
  const regions = regionsShown(refined.regions, { group, purposes }, terms.regions);
  return {
    group,
    regions,
    coarse: coarseOf(regions, terms),
    laterality: lateralityOf(words, { told, regions, terms, group }),
    contrast: contrastOf(words, told, group),
    purposes,
    evidence: first?.evidence ?? 'none',
    confidence: refined.confidence,
  };
}

const sourcesOf = (words: ExamWords, terms: Terms): readonly Told[] => {
  const combined = (meanings: readonly Meaning[]) => combineMeanings(meanings, terms.regions);
  const procedure = words.codes.flatMap((code) => terms.codes.get(keyOf(code)) ?? []);
  const local = words.codes.flatMap((code) => terms.localCodes.get(keyOf(code)) ?? []);
  const anatomic = words.anatomicRegions.flatMap((code) => terms.codes.get(keyOf(code)) ?? []);
  const parts = words.bodyParts.flatMap((part) => terms.bodyParts.get(bodyPartKey(part)) ?? []);
  const displays = words.codes.map(({ display }) => display);
  return [
    { evidence: 'procedure-code', meaning: combined(procedure), confidence: 0.98 },
    { evidence: 'local-code', meaning: combined(local), confidence: 0.95 },
    { evidence: 'anatomic-region', meaning: combined(anatomic), confidence: 0.9 },
    { evidence: 'body-part', meaning: combined(parts), confidence: 0.7 },
    ...[...words.descriptions, ...displays].map((text) => describedBy(text, terms, 0.9)),
    ...words.seriesDescriptions.map((text) => describedBy(text, terms, 0.6)),
  ];
};

const keyOf = ({ system, value }: ExamCode) => codeKey(system, value);

/** The more of a description is in the dictionary, the surer it is. */
const describedBy = (text: string, terms: Terms, confidenceMax: number): Told => {
  const { meanings, words, known } = readText(terms.dictionary, text);
  return {
    evidence: 'description',
    meaning: combineMeanings(meanings, terms.regions),
    confidence: confidenceMax * (words === 0 ? 0 : 0.5 + (0.5 * known) / words),
  };
};

/** Body Part Examined of a mammogram can only be the breast (PS3.3 §C.8.11.7), that of an intra-oral radiograph the jaw. */
const impliedBy = (group: ModalityGroup): Told | undefined => {
  if (group !== 'MG' && group !== 'IO') return undefined;
  const regions = [group === 'MG' ? 'breast' : 'teeth'];
  return { evidence: 'body-part', meaning: { regions, purposes: [] }, confidence: 0.8 };
};

/** Other sources that look into the same region make it finer and surer; one that contradicts it makes it doubtful. */
const refine = (first: Told | undefined, named: readonly Told[], { regions }: Terms) => {
  if (first === undefined) return { regions: [], confidence: 0 };
  const own = first.meaning.regions;
  const other = named.find(({ evidence }) => evidence !== first.evidence);
  if (other === undefined) return { regions: own, confidence: rounded(first.confidence) };
  const theirs = other.meaning.regions;
  const sees = (part: string) => own.some((whole) => isWithin(regions, part, whole));
  const isSeen = (whole: string) => theirs.some((part) => isWithin(regions, part, whole));
  if (own.every(isSeen))
    return {
      regions: isWeak(first) || theirs.every(sees) ? finest(theirs, regions) : own,
      confidence: rounded(Math.max(first.confidence, 0.9)),
    };
  const agrees =
    theirs.some(sees) || own.some((part) => theirs.some((whole) => isWithin(regions, part, whole)));
  return { regions: own, confidence: rounded(first.confidence * (agrees ? 1 : 0.6)) };
};

/** A body part names one region of an exam that may have seen more. */
const isWeak = ({ evidence }: Told) => evidence === 'body-part' || evidence === 'anatomic-region';

const rounded = (confidence: number) => Math.round(confidence * 100) / 100;

const coarseOf = (codes: readonly string[], { regions }: Terms): readonly string[] =>
  [...new Set(codes.flatMap((code) => regions.get(code)?.coarse ?? []))].sort();

const firstOf = <T>(told: readonly Told[], of: (meaning: Meaning) => T | undefined) => {
  for (const { meaning } of told) {
    const found = of(meaning);
    if (found !== undefined) return found;
  }
  return undefined;
};

type Sided = Readonly<{
  told: readonly Told[];
  regions: readonly string[];
  terms: Terms;
  group: ModalityGroup;
}>;

const lateralityOf = (words: ExamWords, { told, regions, terms, group }: Sided): Laterality => {
  if (regions.length > 0 && !regions.some((code) => terms.regions.get(code)?.paired === true))
    return 'none';
  const [side, ...others] = new Set(words.laterality.flatMap((each) => SIDES[each.trim()] ?? []));
  if (side !== undefined) return others.length > 0 ? 'both' : side;
  const said = firstOf(told, ({ laterality }) => laterality);
  if (said !== undefined) return said;
  return group === 'MG' ? 'both' : 'unknown';
};

/** (0020,0060), (0020,0062), CID 244. */
const SIDES: Readonly<Record<string, Laterality>> = {
  L: 'left',
  R: 'right',
  B: 'both',
  '7771000': 'left',
  '24028007': 'right',
  '51440002': 'both',
};

/** Microbubbles, contrast mammography: only when it is said. */
const MAY_HAVE_CONTRAST: readonly ModalityGroup[] = ['US', 'MG'];
const WITH_CONTRAST: readonly ModalityGroup[] = ['CT', 'MR', 'XA', 'RF'];

const contrastOf = (words: ExamWords, told: readonly Told[], group: ModalityGroup): Contrast => {
  const said = firstOf(told, ({ contrast }) => contrast);
  if (!WITH_CONTRAST.includes(group)) {
    if (said === 'with' && MAY_HAVE_CONTRAST.includes(group)) return said;
    return group === 'other' ? 'unknown' : 'none';
  }
  if (said !== undefined) return said;
  if (words.contrastAgents.some((agent) => agent.trim() !== '')) return 'with';
  const isAngiography = told.some(({ meaning }) => meaning.purposes.includes('angiography'));
  return isAngiography && group !== 'MR' ? 'with' : 'unknown';
};

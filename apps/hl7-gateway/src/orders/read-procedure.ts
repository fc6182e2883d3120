import type { OrderedCode, OrderedProcedure } from '#archive/order-events';
import { componentOf, type Repetition, repetitionsOf, type Segment, textOf } from '#hl7/message';
import { plainText } from './plain-text.js';

const CODES_MAX = 10;
const TEXTS_MAX = 10;
/** The hospital's own, when the field names no coding system. */
const LOCAL = 'L';

/** OBR-24 (table 0074) as DICOM's modality; hospitals that follow IHE write DICOM's own code. */
const MODALITIES: Readonly<Record<string, string>> = {
  ...{ NMR: 'MR', MRI: 'MR', NMS: 'NM', RUS: 'US', CUS: 'US', OUS: 'US', VUS: 'US', RX: 'DX' },
  ...{ RAD: '', XRC: 'RF', IMG: '', MM: 'MG', PET: 'PT' },
  ...{ CT: 'CT', MR: 'MR', US: 'US', DX: 'DX', CR: 'CR', MG: 'MG', NM: 'NM', PT: 'PT', XA: 'XA' },
  ...{ RF: 'RF', IO: 'IO', PX: 'PX', BMD: 'BMD', DR: 'DX', OT: '' },
};

/** Sides as OBR-15 and OBR-46 have them (table 0163, SNOMED CT, words). */
const SIDES: Readonly<Record<string, 'L' | 'R' | 'B'>> = {
  ...{ L: 'L', LEFT: 'L', LT: 'L', G: 'L', '7771000': 'L' },
  ...{ R: 'R', RIGHT: 'R', RT: 'R', D: 'R', '24028007': 'R' },
  ...{ B: 'B', BOTH: 'B', BI: 'B', LR: 'B', '51440002': 'B' },
};

/**
 * What is to be done: OBR-4 and OBR-44 with their alternates, OBR-46 and OBR-15 (site and side), OBR-24 or IPC-5 (modality), OBR-31 and OBR-13 (why).
 * 'other': it is of a laboratory or the like (OBR-24), and nothing of it is kept.
 */
export function readProcedure(
  request: Segment,
  scheduled: Segment | undefined,
): OrderedProcedure | 'other' {
  const section = textOf(request, 24).toUpperCase();
  const isImaging = scheduled !== undefined || section === '' || Object.hasOwn(MODALITIES, section);
  if (!isImaging) return 'other';
  const coded = [4, 44].flatMap((field) => repetitionsOf(request, field).flatMap(codesIn));
  const texts = [...coded.map(({ display }) => display), ...extraTexts(request)];
  return {
    codes: unique(coded.filter(({ value }) => value !== '')).slice(0, CODES_MAX),
    descriptions: [...new Set(texts.filter((text) => text !== ''))].slice(0, TEXTS_MAX),
    modality: modalityOf(scheduled) || (MODALITIES[section] ?? ''),
    bodySites: siteTexts(request),
    laterality: sideOf(request),
    reasons: reasonsIn(request),
  };
}

/* CE and CWE: code, text and system, then the same of the alternate. */
const codesIn = (field: Repetition): readonly OrderedCode[] =>
  [1, 4].flatMap((start) => {
    const [value, display, system] = [0, 1, 2].map((offset) =>
      plainText(componentOf(field, start + offset)),
    );
    if (!value && !display) return [];
    return [{ system: system || LOCAL, value: value ?? '', display: display ?? '' }];
  });

/* CWE-9, what the placer typed, and what a supplement says in words. */
const extraTexts = (request: Segment): readonly string[] => [
  plainText(textOf(request, 4, 9)),
  ...supplements(request)
    .filter((one) => sideIn(one) === undefined)
    .map((one) => plainText(componentOf(one, 2))),
];

const supplements = (request: Segment): readonly Repetition[] => repetitionsOf(request, 46);

const modalityOf = (scheduled: Segment | undefined): string => {
  const code = textOf(scheduled, 5).toUpperCase();
  return Object.hasOwn(MODALITIES, code) ? (MODALITIES[code] ?? '') : '';
};

/* OBR-15 is SPS: the fourth component is the site. */
const siteTexts = (request: Segment): readonly string[] => {
  const [source] = repetitionsOf(request, 15);
  const site = source?.[3] ?? [];
  return [...new Set(site.slice(0, 2).map(plainText))].filter((text) => text !== '');
};

const sideOf = (request: Segment): OrderedProcedure['laterality'] => {
  const [source] = repetitionsOf(request, 15);
  const stated = [
    ...supplements(request).map(sideIn),
    sideNamed(componentOf(source, 5)),
    sideNamed(componentOf(source, 4)),
  ];
  const sides = new Set(stated.filter((side) => side !== undefined));
  if (sides.size > 1) return 'B';
  return [...sides][0] ?? '';
};

const sideIn = (field: Repetition) =>
  sideNamed(componentOf(field, 1)) ?? sideNamed(componentOf(field, 2));

const sideNamed = (text: string): 'L' | 'R' | 'B' | undefined => {
  const name = text.trim().toUpperCase();
  return Object.hasOwn(SIDES, name) ? SIDES[name] : undefined;
};

const reasonsIn = (request: Segment): readonly string[] => {
  const coded = repetitionsOf(request, 31).map((one) => componentOf(one, 2) || componentOf(one, 1));
  return [...new Set([...coded, textOf(request, 13)].map(plainText))]
    .filter((text) => text !== '')
    .slice(0, TEXTS_MAX);
};

const unique = (codes: readonly OrderedCode[]): readonly OrderedCode[] => [
  ...new Map(codes.map((code) => [`${code.system}\0${code.value}`, code])).values(),
];

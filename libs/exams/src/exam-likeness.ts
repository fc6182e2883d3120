import type { ExamClass } from './exam-class.js';
import { type EquivalentProtocols, type MatchWindows, PROTOCOLS } from './match-windows.js';
import type { MatchGrade, MatchIndicator, MatchReason } from './match-words.js';
import {
  type ContrastRelation,
  relateContrast,
  relateSides,
  type SideRelation,
} from './relate-details.js';
import { type RegionRelation, relateRegions } from './relate-regions.js';

/** How alike two exams are, whenever they were made, and the most that may be said of it. */
export type Likeness = Readonly<{
  grade: MatchGrade;
  indicator: MatchIndicator;
  reasons: readonly MatchReason[];
}>;

/** The first that holds counts: nothing in common, another modality, an equivalent protocol, something missing, something unknown; else the same. */
export function likenessOf(ordered: ExamClass, prior: ExamClass, windows: MatchWindows): Likeness {
  const region = relateRegions(ordered, prior, windows.wholes);
  if (region === 'differs' || region === 'unknown') return none(`region-${region}`);
  const side = relateSides(ordered.laterality, prior.laterality);
  if (side === 'differs') return none('side-differs');
  const place: readonly MatchReason[] = [`region-${region}`, ...sideReason(side)];
  if (ordered.group !== prior.group) return told('RELATED', [...place, 'modality-differs']);
  const contrast = relateContrast(ordered.contrast, prior.contrast);
  const reasons: readonly MatchReason[] = [...place, `contrast-${contrast}`];
  return (
    byProtocol(ordered, prior, { windows, contrast, reasons }) ??
    alike(ordered, { region, side, contrast, reasons })
  );
}

const none = (reason: MatchReason): Likeness => ({
  grade: 'NONE',
  indicator: 'none',
  reasons: [reason],
});
const told = (grade: MatchGrade, reasons: readonly MatchReason[]): Likeness => ({
  grade,
  indicator: 'info',
  reasons,
});
const sideReason = (side: Exclude<SideRelation, 'differs'>): readonly MatchReason[] =>
  side === 'same' ? [] : [`side-${side}`];

type Compared = Readonly<{ contrast: ContrastRelation; reasons: readonly MatchReason[] }>;

/** Undefined when both are made alike. */
function byProtocol(
  ordered: ExamClass,
  prior: ExamClass,
  { windows, contrast, reasons }: Compared & Readonly<{ windows: MatchWindows }>,
): Likeness | undefined {
  const differing = PROTOCOLS.filter(
    (each) => ordered.purposes.includes(each) !== prior.purposes.includes(each),
  );
  if (differing.length === 0) return undefined;
  const rows = differing.map((each) =>
    windows.equivalents.find(
      (row) => row.protocol === each && isFor(row, ordered) && isFor(row, prior),
    ),
  );
  const isAnswered = contrast === 'met' || contrast === 'not-asked';
  if (rows.includes(undefined) || !isAnswered)
    return told('RELATED', [...reasons, 'protocol-differs']);
  const indicator = rows.every((row) => row?.indicator === 'warning') ? 'warning' : 'info';
  return { grade: 'EQUIVALENT', indicator, reasons: [...reasons, 'protocol-equivalent'] };
}

const isFor = ({ group, regions }: EquivalentProtocols, exam: ExamClass): boolean =>
  group === exam.group && exam.regions.every((region) => regions.includes(region));

function alike(
  ordered: ExamClass,
  {
    region,
    side,
    contrast,
    reasons,
  }: Compared & Readonly<{ region: RegionRelation; side: SideRelation }>,
): Likeness {
  if (contrast === 'missing' || region === 'near') return told('RELATED', reasons);
  const isPart = contrast === 'part' || region === 'part' || side === 'part' || side === 'unknown';
  if (isPart) return told('PARTIAL', reasons);
  if (contrast === 'unknown')
    return {
      grade: 'EQUIVALENT',
      indicator: asksForContrast(ordered) ? 'info' : 'warning',
      reasons,
    };
  const isCovered = region === 'covered' || side === 'covered';
  return { grade: isCovered ? 'COVERS' : 'SAME', indicator: 'warning', reasons };
}

/** Who asks for contrast isn't warned of an exam that may have had none. */
const asksForContrast = ({ contrast }: ExamClass): boolean =>
  contrast === 'with' || contrast === 'both';

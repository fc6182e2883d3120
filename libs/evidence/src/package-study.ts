import type { ProvenEvent } from './event-leaf.js';
import type { PackedFile, PackedObject, PackedProof, PackedStudy } from './package-format.js';
import { studyRoot } from './study-root.js';

/** What a package holds of one study, as it was read. `found`: files by their path, with the digest that they have. */
export type ReadStudy = Readonly<{
  study: PackedStudy;
  objects: readonly PackedObject[];
  events: readonly ProvenEvent[];
  proofs: readonly PackedProof[];
  found: ReadonlyMap<string, PackedFile>;
}>;

/** Something that isn't as it should be; `what` names the study, the file or the event. */
export type PackageFinding = Readonly<{ what: string; fault: PackageFault }>;
export type PackageFault =
  | 'changed'
  | 'missing'
  | 'inserted'
  | 'not-in-the-log'
  | 'events-missing'
  | 'count-differs'
  | 'root-differs'
  | 'not-lawful'
  | 'unsigned'
  | 'breaks-off'
  | 'stamp-wrong';

/** Holds a study against the lists, the log and the rules of disposal; what it finds wrong, in no given order. */
export function findingsOfStudy(read: ReadStudy): readonly PackageFinding[] {
  const { study } = read;
  return [
    ...filesOf(read),
    ...gapsOf(read),
    ...(study.state === 'held' ? heldOf(read) : disposedOf(read)),
  ];
}

const filesOf = ({ study, found }: ReadStudy): readonly PackageFinding[] =>
  study.files.flatMap(({ path, sha256 }): readonly PackageFinding[] => {
    const here = found.get(path);
    if (here === undefined) return [{ what: path, fault: 'missing' }];
    return here.sha256 === sha256 ? [] : [{ what: path, fault: 'changed' }];
  });

/** Streams are whole: no event of theirs can be left out unseen but the last. */
function gapsOf({ study, events }: ReadStudy): readonly PackageFinding[] {
  const versions = new Map<string, number>();
  const findings: PackageFinding[] = [];
  for (const { stream, version } of events) {
    if (version !== (versions.get(stream) ?? 0) + 1)
      findings.push({ what: `${stream} ${version}`, fault: 'events-missing' });
    versions.set(stream, version);
  }
  if (!versions.has(`study-${study.claim}`))
    findings.push({ what: nameOf(study), fault: 'events-missing' });
  return findings;
}

function heldOf({ study, objects, events, found }: ReadStudy): readonly PackageFinding[] {
  const findings: PackageFinding[] = [];
  const { digests, count } = depositedBy(study.claim, events);
  for (const { path, instance, sha256 } of objects) {
    const here = found.get(path);
    if (here === undefined) findings.push({ what: path || instance, fault: 'missing' });
    else if (here.sha256 !== sha256) findings.push({ what: path, fault: 'changed' });
    if (!digests.has(sha256)) findings.push({ what: path, fault: 'not-in-the-log' });
  }
  if (count !== objects.length || study.objects !== objects.length)
    findings.push({ what: nameOf(study), fault: 'count-differs' });
  if (studyRoot(objects.map(({ sha256 }) => sha256)) !== study.root)
    findings.push({ what: nameOf(study), fault: 'root-differs' });
  return findings;
}

type Said = Readonly<Record<string, unknown>>;
const said = ({ data }: ProvenEvent): Said => data as unknown as Said;

/** How many objects the facts of the study count, and the digests of what its packs held. */
function depositedBy(claim: string, events: readonly ProvenEvent[]) {
  const stored = events
    .filter(({ stream, type }) => stream === `study-${claim}` && type === 'InstancesStored')
    .map(said);
  const packs = new Set(stored.flatMap((data) => data['packs'] as readonly unknown[]));
  const own = events.filter((event) => {
    const { pack, claim: owner } = said(event);
    return event.type === 'PackLanded' ? packs.has(pack) : isSettled(event) && owner === claim;
  });
  const contents = own.flatMap((event) => said(event)['entries'] as readonly Content[]);
  return {
    count: stored.reduce((sum, { count }) => sum + Number(count), 0),
    digests: new Set(contents.map(({ sha256 }) => sha256)),
  };
}

type Content = Readonly<{ sha256: string }>;

const isSettled = ({ type }: ProvenEvent): boolean => type === 'PackSettled';

/** Two people of different capacity, with the visa where the law wants it, and not before grace was over. */
function disposedOf({ study, objects, events }: ReadStudy): readonly PackageFinding[] {
  const { claim } = study;
  const executed = events.find(
    ({ stream, type }) => stream === `disposition-${claim}` && type === 'DispositionExecuted',
  );
  const wrong = [{ what: nameOf(study), fault: 'not-lawful' as const }];
  if (executed === undefined || objects.length > 0) return wrong;
  const { batch } = said(executed);
  const inBatch = events.filter(({ stream }) => stream === `disposition-batch-${batch}`);
  const proposed = inBatch.find(({ type }) => type === 'DispositionProposed');
  const studies = (proposed && said(proposed)['studies']) as readonly Said[] | undefined;
  const approved = inBatch.filter(({ type }) => type === 'DispositionApproved').map(said);
  const capacities = ['records', 'medical', ...(isVisaNeeded(proposed) ? ['archives-visa'] : [])];
  const after = approved
    .map(({ executeAfter }) => String(executeAfter))
    .sort()
    .at(-1);
  const isLawful =
    studies?.some((one) => one['claim'] === claim) === true &&
    capacities.every((wanted) => approved.some(({ capacity }) => capacity === wanted)) &&
    new Set(approved.map(({ approver }) => approver)).size >= 2 &&
    after !== undefined &&
    after !== '' &&
    executed.recordedAt >= after;
  return isLawful ? [] : wrong;
}

const isVisaNeeded = (proposed: ProvenEvent | undefined): boolean =>
  proposed !== undefined && said(proposed)['visaNeeded'] === true;

const nameOf = ({ claim }: PackedStudy): string => `study ${claim}`;

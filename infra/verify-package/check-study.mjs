// What must hold between the objects of a study and what the log says of them. `tell` hears of what doesn't.
import { studyRoot } from './trees.mjs';

/* Whole streams, so that none of their events can be left out unseen but the last. */
export function checkEvents(name, { claim }, events, tell) {
  const versions = new Map();
  for (const { stream, version } of events) {
    if (version !== (versions.get(stream) ?? 0) + 1)
      tell(`${name}, ${stream} ${version}`, 'events are missing or moved');
    versions.set(stream, version);
  }
  if (!versions.has(`study-${claim}`)) tell(name, 'nothing says that it was deposited');
}

/* How many objects the facts of the study count, and the digests of what its packs held. */
function depositedBy(claim, events) {
  const stored = events.filter(
    ({ stream, type }) => stream === `study-${claim}` && type === 'InstancesStored',
  );
  const packs = new Set(stored.flatMap(({ data }) => data.packs));
  const own = events.filter(({ type, data }) =>
    type === 'PackLanded' ? packs.has(data.pack) : type === 'PackSettled' && data.claim === claim,
  );
  return {
    count: stored.reduce((sum, { data }) => sum + data.count, 0),
    named: new Set(own.flatMap(({ data }) => data.entries.map(({ sha256 }) => sha256))),
  };
}

/* Takes the objects of the study out of those that were found. */
export function checkObjects(name, { study, listed, events, objects }, tell) {
  const { count, named } = depositedBy(study.claim, events);
  for (const { path, instance, sha256 } of listed) {
    const here = objects.get(path);
    if (!here) tell(`${name}, ${path || `instance ${instance}`}`, 'missing');
    else if (here.sha256 !== sha256) tell(path, 'changed');
    if (!named.has(sha256)) tell(`${name}, ${path}`, 'the log does not name these bytes');
    objects.delete(path);
  }
  if (listed.length !== study.objects || count !== listed.length)
    tell(name, `${count} objects were deposited, ${listed.length} are given back`);
  if (studyRoot(listed.map(({ sha256 }) => sha256)) !== study.root)
    tell(name, 'another root than its objects have');
}

/* Two people of different capacity, and the archives authority where the law wants its visa; not before grace was over. */
export function checkDisposal(name, { study: { claim }, listed, events }, tell) {
  const executed = events.find(
    ({ stream, type }) => stream === `disposition-${claim}` && type === 'DispositionExecuted',
  );
  if (executed?.data.claim !== claim)
    return tell(name, 'destroyed, and nothing says that it was disposed of');
  const batch = events.filter(
    ({ stream }) => stream === `disposition-batch-${executed.data.batch}`,
  );
  const proposed = batch.find(({ type }) => type === 'DispositionProposed')?.data;
  const approved = batch
    .filter(({ type }) => type === 'DispositionApproved')
    .map(({ data }) => data);
  if (!proposed?.studies.some((study) => study.claim === claim))
    tell(name, 'disposed of without a proposal');
  checkApprovals(
    name,
    { approved, visaNeeded: proposed?.visaNeeded, at: executed.recordedAt },
    tell,
  );
  if (listed.length > 0) tell(name, 'disposed of, and objects are listed all the same');
}

function checkApprovals(name, { approved, visaNeeded, at }, tell) {
  for (const capacity of ['records', 'medical', ...(visaNeeded ? ['archives-visa'] : [])])
    if (!approved.some((one) => one.capacity === capacity))
      tell(name, `disposed of without the approval: ${capacity}`);
  if (new Set(approved.map(({ approver }) => approver)).size < 2)
    tell(name, 'approved by one person alone');
  const after = approved.map(({ executeAfter }) => executeAfter).sort();
  if (!after.at(-1) || at < after.at(-1)) tell(name, 'disposed of before grace was over');
}

import type { CopyKind, NamedStudy, ObjectCopies } from '#index/object-copies';
import type { Terminal } from '../command.js';

const PAGE_MAX = 500;

/** Counts, then a line for each pair of studies with the same pixels. */
export async function listObjects(
  copies: ObjectCopies,
  terminal: Terminal,
  { hospital, kind }: Readonly<{ hospital: string; kind: CopyKind | undefined }>,
): Promise<void> {
  const { lookedAt, sentAgain, copies: counts, split } = await copies.report(hospital);
  const { studies, instances, ofStudies, ofInstances } = lookedAt;
  terminal.progress(
    `looked at ${instances} of ${ofInstances} instances in ${studies} of ${ofStudies} studies`,
  );
  terminal.progress(`sent again: ${sentAgain.instances} instances, ${sentAgain.bytes} bytes`);
  for (const each of counts)
    terminal.progress(
      `${each.kind}: ${each.pairs} pairs, ${each.instances} instances, ${each.bytes} bytes`,
    );
  terminal.progress(`split: ${split.examinations} examinations in ${split.studies} studies`);
  terminal.answer('kind,instances,bytes,study,other');
  let after: readonly [string, string] = ['', ''];
  for (;;) {
    const asked = { hospital, looker: undefined, kind, after, limit: PAGE_MAX };
    const page = await copies.pairs(asked);
    for (const { kind: of, instances: same, bytes, first, second } of page)
      terminal.answer([of, same, bytes, first.study, second.study].join(','));
    const last = page.at(-1);
    if (last === undefined) return;
    after = [last.first.claim, last.second.claim];
  }
}

/** A line for each examination that lies in several studies: their UIDs. */
export async function listSplit(
  copies: ObjectCopies,
  terminal: Terminal,
  hospital: string,
): Promise<void> {
  for (let after = ''; ; ) {
    const page = await copies.splitExams({ hospital, looker: undefined, after, limit: PAGE_MAX });
    for (const { studies } of page) terminal.answer(uidsOf(studies).join(','));
    const last = page.at(-1)?.studies[0];
    if (last === undefined) return;
    after = last.claim;
  }
}

/** A line for each study that a cohort keeps: its UID. */
export async function listDistinct(
  copies: ObjectCopies,
  terminal: Terminal,
  hospital: string,
): Promise<void> {
  for (let after = ''; ; ) {
    const page = await copies.distinctOf({ hospital, after, limit: PAGE_MAX });
    for (const uid of uidsOf(page)) terminal.answer(uid);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.claim;
  }
}

const uidsOf = (studies: readonly NamedStudy[]): readonly string[] =>
  studies.map(({ study }) => study);

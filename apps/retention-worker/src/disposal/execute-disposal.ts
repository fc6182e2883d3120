import { dispositionStream } from '#archive/disposition-events';
import { leafHash, merkleRoot } from '#evidence/merkle';
import type { StudyContent } from '#index/study-content';
import type { Disposal, DisposalPorts } from './disposal-ports.js';
import { inDisposal, type Step, tell, waitFor, yieldTo } from './in-disposal.js';

const SETTLING_SECONDS = 5;

/**
 * The fact, then the bytes (design D1): with `DispositionExecuted` every row of the study goes, its key is destroyed, and its packs are written down as
 * to be removed, all in one transaction under the study's lock. What stands against it is asked there, so nothing slips in between.
 */
export const executeDisposal = (ports: DisposalPorts, disposal: Disposal): Promise<void> =>
  inDisposal(ports, disposal, async (step) => {
    const { transaction, versions, client } = step;
    const { batch, claim } = disposal;
    const obstacle = await transaction.obstacle(disposal);
    if (obstacle !== undefined) return yieldTo(step, obstacle);
    if (!(await transaction.isSettled(claim))) return waitFor(step, 'settling', SETTLING_SECONDS);
    const content = await transaction.contentOf(versions[0] ?? 0, claim);
    const root = rootOf(content);
    const hash = await transaction.hashOf(claim);
    const naming = await transaction.jobsNaming(disposal);
    const { disposedAt } = await executed(step, content, { root, hash });
    const jobs = [...new Set([...content.jobs, ...naming])];
    await transaction.remove({ ...disposal, versions, jobs, disposedAt }, hash);
    await transaction.destroyKey(claim);
    await client.query(
      `update disposals set step = 'executed', why = 'removing', due_at = now(), leased_until = '-infinity', executed_at = $3,
         objects = $4, bytes = $5, root = $6, packs = $7 where batch = $1 and claim = $2`,
      [
        ...[batch, claim, disposedAt, content.digests.length, content.bytes],
        ...[root, JSON.stringify(content.packs)],
      ],
    );
  });

/** The hash of the list of its objects: the root of the tree (RFC 9162 §2.1.1) over their SHA-256. */
const rootOf = ({ digests }: StudyContent): string =>
  merkleRoot(digests.map((digest) => leafHash(Buffer.from(digest, 'hex')))).toString('hex');

type Named = Readonly<{ root: string; hash: string }>;

const executed = async (
  step: Step,
  { digests, bytes }: StudyContent,
  { root, hash }: Named,
): Promise<{ disposedAt: string }> => {
  const { batch, claim, hospital, policy, policyVersion, rule } = step.disposal;
  const data = {
    ...{ batch, claim, hospital, policy, policyVersion, rule, bytes, root },
    ...{ study: hash, objects: digests.length, rejection: '113039' as const },
  };
  await tell(step, { type: 'DispositionExecuted', data });
  return { disposedAt: await recordedAt(step) };
};

/** The row says what the log says. */
const recordedAt = async ({ transaction, disposal }: Step): Promise<string> => {
  let at = '';
  for await (const { type, recordedAt: moment } of transaction.log.read(
    dispositionStream(disposal.claim),
  ))
    if (type === 'DispositionExecuted') at = moment;
  return at;
};

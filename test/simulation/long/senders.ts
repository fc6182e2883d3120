import { setTimeout as delay } from 'node:timers/promises';
import { ctSlice, part10 } from '../../support/part10.js';
import type { ArchiveProcesses } from './archive-processes.js';
import type { Random } from './seeded-random.js';

/** An instance whose store was answered with success. */
export type Acknowledged = Readonly<{
  study: string;
  series: string;
  instance: string;
  file: Buffer;
}>;

const BOUNDARY = 'simulation-boundary';
const INSTANCES_MAX = 5;
const RETRY_MS = 100;
/** A request that gets no answer for so long means that the archive doesn't come back. */
const ANSWER_MS_MAX = 180_000;

type Senders = Readonly<{
  archive: ArchiveProcesses;
  random: Random;
  sender: number;
  signal: AbortSignal;
  acknowledged: Acknowledged[];
}>;

/** Sends requests one after the other, each again and again until it is answered, until `signal` aborts. */
export async function runSender(senders: Senders): Promise<void> {
  const { random, sender, signal, acknowledged } = senders;
  for (let request = 0; !signal.aborted; request++) {
    const study = `2.25.${sender}.${Math.floor(request / 20)}`;
    const instances = Array.from({ length: 1 + random(INSTANCES_MAX) }, (_, index) =>
      makeInstance(study, `${study}.${random(3)}`, `${study}.${request}.${index}`),
    );
    const again = random(4) === 0 ? acknowledged.at(random(acknowledged.length)) : undefined;
    const sent = again === undefined ? instances : [...instances, again];
    const outcomes = await sendUntilAnswered(senders.archive, sent);
    if (outcomes.length !== sent.length)
      throw new Error(`${outcomes.length} of ${sent.length} instances were answered with success`);
    acknowledged.push(...instances);
  }
}

const makeInstance = (study: string, series: string, instance: string): Acknowledged => ({
  study,
  series,
  instance,
  file: part10(ctSlice({ study, series, instance })),
});

const sendUntilAnswered = async (
  archive: ArchiveProcesses,
  instances: readonly Acknowledged[],
): Promise<readonly string[]> => {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  while (!signal.aborted) {
    const answer = await post(archive, instances, signal);
    if (answer !== undefined) return answer;
    await delay(RETRY_MS);
  }
  throw new Error('the archive did not come back');
};

/** UIDs that were answered with success; undefined without an answer, or when it was to come again later. */
const post = async (
  { origin, token }: ArchiveProcesses,
  instances: readonly Acknowledged[],
  signal: AbortSignal,
) => {
  const parts = instances.flatMap(({ file }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    file,
    Buffer.from('\r\n'),
  ]);
  try {
    const response = await fetch(`${origin}/dicom-web/studies`, {
      method: 'POST',
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
      },
      body: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    });
    const text = await response.text();
    if (response.status === 503 || response.status === 500) return undefined;
    if (response.status !== 200) throw new Refused(`${response.status} ${text}`);
    const module = JSON.parse(text) as { '00081199': { Value: Record<string, unknown>[] } };
    return module['00081199'].Value.map((item) => JSON.stringify(item['00081155']));
  } catch (error) {
    if (error instanceof TypeError || signal.aborted) return undefined;
    throw error;
  }
};

/** The archive said no to what it had to take. */
class Refused extends Error {}

/** Whether an acknowledged instance reads back byte for byte; undefined when the archive isn't there just now. */
export async function readsBack(
  { origin, token }: ArchiveProcesses,
  { study, series, instance, file }: Acknowledged,
): Promise<boolean | undefined> {
  try {
    const url = `${origin}/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/dicom; transfer-syntax=*',
      },
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status >= 500) return undefined;
    return response.status === 200 && body.equals(file);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

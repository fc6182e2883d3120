import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunningArchive } from './archive.js';
import { type Caller, callerWith, firstOf } from './ask.js';

const POLL_MS = 500;
/** A manifest follows within a minute. */
const WAIT_MS_MAX = 60_000;

type Entry = Readonly<{
  resource: Readonly<{ content: readonly { attachment: { contentType: string; url: string } }[] }>;
}>;

/** What the running archive publishes by itself, seen by the agency. */
export function manifestSuite(archive: () => RunningArchive): void {
  const callerOf = async (organisation: string, role: string): Promise<Caller> => {
    const { stdout } = await archive().arkim('token', '--org', organisation, '--role', role);
    return callerWith(archive(), stdout.trim());
  };
  describe('manifests', () => {
    test(
      'the samples of each hospital have theirs within a minute; their address leads to the images',
      async () => {
        const agency = await callerOf('AGENCY', 'agency');
        for (const organisation of ['HOSP-A', 'HOSP-B', 'HOSP-C']) {
          const doctor = await callerOf(organisation, 'radiologist');
          const [sample] = await doctor.search('/studies?limit=1');
          const study = firstOf(sample, '0020000D');
          const entries = await published(agency, `study-instance-uid=${study}&status=current`);
          const attachments = entries.map(({ resource }) => resource.content[0]?.attachment);
          expect(attachments.map((each) => each?.contentType).toSorted()).toEqual([
            ...['application/dicom', 'application/dicom', 'application/fhir+json'],
          ]);
          const fhir = attachments.find((each) => each?.contentType === 'application/fhir+json');
          const document = await agency.ask(new URL(String(fhir?.url)).pathname);
          const { entry } = (await document.json()) as {
            entry: readonly { resource: { resourceType: string; address: string } }[];
          };
          const endpoint = entry.find(({ resource }) => resource.resourceType === 'Endpoint');
          const root = String(endpoint?.resource.address);
          expect(root.startsWith(`${archive().origin}/dicom-web/claims/`)).toBe(true);
          const images = await doctor.ask(`${new URL(root).pathname}/studies/${study}/metadata`);
          expect(images.status).toBe(200);
          await images.body?.cancel();
        }
      },
      WAIT_MS_MAX + 30_000,
    );
  });
}

/** Asks again until there is something. */
async function published(agency: Caller, query: string): Promise<readonly Entry[]> {
  for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += POLL_MS) {
    const answer = await agency.ask(`/fhir/DocumentReference?${query}`);
    expect(answer.status).toBe(200);
    const { entry = [] } = (await answer.json()) as { entry?: readonly Entry[] };
    if (entry.length > 0) return entry;
    await sleep(POLL_MS);
  }
  return [];
}

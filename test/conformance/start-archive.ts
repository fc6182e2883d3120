import type { TestProject } from 'vitest/node';
import { type RunningArchive, startArchive } from '../acceptance/archive.js';
import { storeResult } from '../acceptance/ask.js';
import { multipart } from '../acceptance/multipart.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';
import { SEARCHED } from './search-data.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The archive that all files judge: its address, and its folder, which holds the key that signs tokens. */
    archive: Readonly<{ origin: string; data: string }>;
  }
}

/** Starts the archive, stores what the checks search and retrieve, and at the end stops it, which tells of deaths and faults. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const archive = await startArchive();
  try {
    for (const hospital of Object.values(HOSPITALS)) {
      const { code, stderr } = await archive.arkim('onboard', hospital);
      if (code !== 0) throw new Error(`${hospital} could not be onboarded: ${stderr}`);
    }
    const retrieved = Object.values(OBJECTS).map(({ file }) => file);
    await store(archive, HOSPITALS.retrieve, retrieved);
    await store(archive, HOSPITALS.search, SEARCHED);
  } catch (error) {
    await archive.stop();
    throw error;
  }
  project.provide('archive', { origin: archive.origin, data: archive.data });
  return () => archive.stop();
}

async function store(
  archive: RunningArchive,
  org: string,
  files: readonly Uint8Array[],
): Promise<void> {
  const token = await archive.token({ org, roles: ['modality'] });
  const { headers, body } = multipart(files);
  const answer = await fetch(`${archive.origin}/dicom-web/studies`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}` },
    body,
  });
  const { status, failed, nameless } = await storeResult(answer);
  if (status !== 200) throw new Error(`not all was kept: ${JSON.stringify({ failed, nameless })}`);
}

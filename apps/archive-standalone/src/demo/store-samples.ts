import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DemoIssuer, openDemoIssuer } from '#platform/demo-issuer';
import { OperatorFault } from '#platform/operator-fault';
import type { DemoOptions } from './demo-options.js';
import type { SampleStudy } from './samples.js';

const TRIES_MAX = 60;
const RETRY_MS = 1000;
const TOKEN_S = 600;

/** Stores each study in one request (PS3.18 §10.5) and waits until it's findable, which is when the archive answers. */
export async function storeSamples(
  studies: readonly SampleStudy[],
  origin: string,
  { config, say, signal }: DemoOptions,
): Promise<void> {
  const issuer = await openDemoIssuer(config.dataFolder);
  for (const [index, study] of studies.entries()) {
    const files = study.files.length === 1 ? '1 instance' : `${study.files.length} instances`;
    say(`arkim: storing sample study ${index + 1} of ${studies.length} (${study.name}, ${files})`);
    await storeStudy(study, { origin, issuer, signal });
  }
}

type Target = Readonly<{ origin: string; issuer: DemoIssuer; signal: AbortSignal }>;

async function storeStudy(study: SampleStudy, target: Target): Promise<void> {
  let outcome = 'no answer';
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (tries > 0) await sleep(RETRY_MS, undefined, { signal: target.signal });
    outcome = await tryToStore(study, target);
    if (outcome === '200') return;
    if (outcome.startsWith('4') || outcome === '202') break;
  }
  throw new OperatorFault(`the sample study ${study.name} can't be stored (${outcome})`);
}

/* While the API starts again, there's no answer; the same request again is safe. */
async function tryToStore(study: SampleStudy, { origin, issuer, signal }: Target): Promise<string> {
  const boundary = `arkim-${randomUUID()}`;
  const answer = await fetch(`${origin}/dicom-web/studies`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issuer.sign(senderOf(study.hospital))}`,
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: multipart(study.files, boundary),
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    return String(error);
  });
  if (typeof answer === 'string') return answer;
  await answer.body?.cancel();
  return String(answer.status);
}

const senderOf = (hospital: string) => ({
  organisation: hospital,
  roles: ['modality'],
  subject: 'demo-modality',
  issuedAtS: Math.floor(Date.now() / 1000),
  lifetimeS: TOKEN_S,
});

function multipart(files: readonly Buffer[], boundary: string): Buffer<ArrayBuffer> {
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  const parts = files.flatMap((file) => [head, file, Buffer.from('\r\n')]);
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median } from '../client/summary.mjs';
import { openDecoder } from '../corpora/codecs.mjs';
import { measurePostgres } from './postgres-limits.mjs';
import { usageBetween } from './usage.mjs';

const flushEvery = 8;
const appendBytes = 4096;
const decodes = 5;

/**
 * What disk, hash, codecs and PostgreSQL of this machine do with nothing around them, in this run: the figures that no
 * server on it can pass. Each line is `{ label, value, unit }`; a decoder is also found by `id`. `othersCores` is what
 * other processes took meanwhile.
 */
export async function measureLimits({ plan, folder, corpora, usage, say }) {
  const home = join(folder, 'limits');
  await mkdir(home);
  const before = usage.snapshot();
  const lines = [
    ...(await measureBytes({ home, corpora, ms: plan.limitMs })),
    await decoding(corpora, {
      id: 'j2k',
      label: 'decode of a CT frame, JPEG 2000 (OpenJPEG in WebAssembly)',
    }),
    await decoding(corpora, {
      id: 'jls',
      label: 'decode of a CT frame, JPEG-LS (CharLS in WebAssembly)',
    }),
  ];
  const othersCores = usageBetween(before, usage.snapshot())?.othersCores;
  lines.push(...(await measurePostgres({ folder, plan, repeat })));
  await rm(home, { recursive: true });
  say('the machine alone is measured');
  return { lines, othersCores };
}

async function measureBytes({ home, corpora, ms }) {
  const slice = await readSlice(corpora, 'ct', 0);
  const block = slice.subarray(0, appendBytes);
  const hashed = await repeat(ms, 1, async () => hash(slice));
  return [
    { label: 'SHA-256, one thread', value: (hashed * slice.length) / 1e6, unit: 'MB/s' },
    perSecond(
      'write + fdatasync of a 525 KB file, c=1',
      await repeat(ms, 1, fileWriter(home, slice)),
    ),
    perSecond(
      'write + fdatasync of a 525 KB file, c=8',
      await repeat(ms, 8, fileWriter(home, slice)),
    ),
    perSecond(
      'append 525 KB to one file, flushed every 8',
      await appends(home, slice, ms, flushEvery),
    ),
    perSecond('append 4 KB to one file, flushed each time', await appends(home, block, ms, 1)),
    perSecond(
      'read of a 525 KB file from the page cache, c=1',
      await repeat(ms, 1, fileReader(corpora, slice.length)),
    ),
  ];
}

/** How often a second `work` is done by so many at once. */
async function repeat(durationMs, concurrency, work) {
  const startMs = performance.now();
  let done = 0;
  const lane = async () => {
    while (performance.now() - startMs < durationMs) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return (done * 1000) / (performance.now() - startMs);
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest();
}

function fileWriter(home, bytes) {
  let written = 0;
  return async () => {
    written += 1;
    const file = await open(join(home, `${bytes.length}-${written}`), 'w');
    await file.write(bytes);
    await file.datasync();
    await file.close();
  };
}

async function appends(home, bytes, durationMs, every) {
  const file = await open(join(home, `append-${bytes.length}`), 'a');
  let appended = 0;
  const rate = await repeat(durationMs, 1, async () => {
    appended += 1;
    await file.write(bytes);
    if (appended % every === 0) await file.datasync();
  });
  await file.close();
  return rate;
}

function fileReader({ home, frames }, length) {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  return async () => {
    const file = await open(join(home, 'ct.pixels'));
    await file.read(bytes, 0, length, (at++ % frames.ct.length) * length);
    await file.close();
  };
}

async function decoding(corpora, { id, label }) {
  const decode = await openDecoder(id);
  const frame = await readSlice(corpora, id, 0);
  const raw = await readSlice(corpora, 'ct', 0);
  const tookMs = Array.from({ length: decodes }, () => {
    const startMs = performance.now();
    if (!decode(frame).equals(raw)) throw new Error(`${label}: the frame is not what was encoded`);
    return performance.now() - startMs;
  });
  return { id, label, value: median(tookMs), unit: 'ms' };
}

async function readSlice({ home, frames }, name, at) {
  const start = frames[name].slice(0, at).reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.alloc(frames[name][at].length);
  const file = await open(join(home, `${name}.pixels`));
  await file.read(bytes, 0, bytes.length, start);
  await file.close();
  return bytes;
}

const perSecond = (label, value) => ({ label, value, unit: '/s' });

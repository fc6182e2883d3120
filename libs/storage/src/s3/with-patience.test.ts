import { expect, test } from 'vitest';
import { ObjectStoreUnavailable } from '../object-store.js';
import { S3Failure } from './s3-failure.js';
import { patience } from './with-patience.js';

const LIMITS = { attemptsMax: 4, attemptsMs: 1_000, waitMs: 8, waitMsMax: 20 };
const broken = (code: string) => Object.assign(new Error('broken'), { code });

/** Fails with the errors one after the other, then succeeds; keeps what each attempt was told. */
function failing(...errors: readonly unknown[]) {
  const told: boolean[] = [];
  const work = async (repeated: boolean) => {
    told.push(repeated);
    if (told.length <= errors.length) throw errors[told.length - 1];
    return 'done';
  };
  return { work, told };
}

const patient = (nowMs = () => 0) => patience({ limits: LIMITS, nowMs, chance: () => 0 });

test('what may pass is done again, and told when an attempt before it may have done the work', async () => {
  const { work, told } = failing(
    broken('ECONNREFUSED'),
    new S3Failure(429, 'SlowDown', false),
    broken('ECONNRESET'),
  );
  expect(await patient()(undefined, work)).toBe('done');
  expect(told).toEqual([false, false, false, true]);
});

test('the last attempt’s failure is told when there are no more, or it is too late', async () => {
  const { work, told } = failing(...Array(9).fill(broken('ECONNRESET')));
  await expect(patient()(undefined, work)).rejects.toThrow(ObjectStoreUnavailable);
  expect(told).toHaveLength(LIMITS.attemptsMax);

  const late = failing(broken('ECONNRESET'));
  let nowMs = 0;
  const clock = () => {
    nowMs += LIMITS.attemptsMs + 1;
    return nowMs;
  };
  await expect(patient(clock)(undefined, late.work)).rejects.toThrow('ECONNRESET');
  expect(late.told).toHaveLength(1);
});

test('what will not pass is told at once, as it is', async () => {
  for (const error of [new RangeError('short read'), new S3Failure(403, 'AccessDenied', false)]) {
    const { work, told } = failing(error);
    await expect(patient()(undefined, work)).rejects.toBe(error);
    expect(told).toHaveLength(1);
  }
});

test('an abort ends the waiting with its reason, even one that looks like a broken connection', async () => {
  const stop = new AbortController();
  const reason = broken('ECONNRESET');
  const waiting = patience({
    limits: { ...LIMITS, waitMs: 1_000_000, waitMsMax: 1_000_000, attemptsMs: 2_000_000 },
    nowMs: () => 0,
    chance: () => 0.9,
  })(stop.signal, failing(broken('EPIPE')).work);
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

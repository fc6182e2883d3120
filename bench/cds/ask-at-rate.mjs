import { setTimeout as delay } from 'node:timers/promises';

const warmUps = 100;

/** Calls at a steady rate (per second), each about the next patient: how long they took (ms), from when each was due, and how many had cards. */
export async function askAtRate(call, { rate, calls, patients }) {
  for (let n = 0; n < warmUps; n++) await call(n % patients);
  const start = performance.now();
  const under = [];
  for (let n = 0; n < calls; n++) {
    const due = start + (n * 1000) / rate;
    await delay(Math.max(0, due - performance.now()));
    under.push(timed(call, (warmUps + n) % patients, due));
  }
  const answers = await Promise.all(under);
  const withCards = answers.filter(({ cards }) => cards > 0).length;
  if (withCards === 0) throw new Error('no call had a card: nothing was judged');
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  return { calls, withCards, p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: times.at(-1) };
}

async function timed(call, patient, due) {
  const cards = await call(patient);
  return { cards, ms: performance.now() - due };
}

import { EVIDENCE, makeAnswer } from './answer.mjs';
import { drawNation, hospitalsOf } from './nation.mjs';
import { makeScore } from './score.mjs';

/** What is taken away is tried on so many orders only. */
const ABLATION_ORDERS_MAX = 10_000;

/** Draws the nation, lets the archive answer, and counts. `say` is told how far it is. */
export function evaluate({ seed, orders }, say) {
  const hospitals = hospitalsOf(seed);
  const score = scoreOf({ seed, orders }, makeAnswer(hospitals), say);
  const ablation = ['', ...EVIDENCE].map((without) => {
    const answer = makeAnswer(hospitals, { without: without === '' ? [] : [without] });
    const few = { seed, orders: Math.min(orders, ABLATION_ORDERS_MAX) };
    return { without, whole: scoreOf(few, answer, () => {}).whole };
  });
  return { score, ablation };
}

const TOLD_EVERY = 20_000;

function scoreOf(nation, answer, say) {
  const score = makeScore();
  let done = 0;
  for (const order of drawNation(nation)) {
    score.add(order, answer(order));
    done += 1;
    if (done % TOLD_EVERY === 0) say(`${done} of ${nation.orders} orders`);
  }
  return score.read();
}

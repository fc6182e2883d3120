import { expect, test } from 'vitest';
import { evaluate } from './evaluate.mjs';
import { drawNation } from './nation.mjs';
import { readOptions } from './options.mjs';
import { reportOf } from './report.mjs';
import { isGood, makeScore } from './score.mjs';

const hospital = { name: 'H1', language: 'fr', coding: 'none' };
const orderOf = (kind, repeats) => ({
  kind,
  repeats,
  human: { number: 1 },
  hospital,
  exam: 'ct-head',
});
const cardOf = (indicator, candidate) => ({
  match: { grade: 'SAME', indicator },
  candidate: { human: 1, isAnswer: false, confidentiality: 'N', opposed: false, ...candidate },
});
const answerOf = (...cards) => ({ exam: { evidence: 'none' }, priors: [], cards, ms: 1 });
const scored = (...pairs) => {
  const score = makeScore();
  for (const [order, answer] of pairs) score.add(order, answer);
  return score.read();
};

test('warnings, repeats and orders are counted apart', () => {
  const { whole } = scored(
    [orderOf('repeat', true), answerOf(cardOf('warning', { isAnswer: true }))],
    [orderOf('repeat', true), answerOf(cardOf('info', { isAnswer: true }))],
    [orderOf('follow-up', false), answerOf(cardOf('warning'), cardOf('warning'))],
    [orderOf('nothing alike', false), answerOf()],
  );
  expect(whole).toMatchObject({ precision: 1 / 2, recall: 1 / 2, alert: 2 / 4, told: 3 });
});
test('a card about another person, or about a masked exam, is never good', () => {
  const right = [orderOf('repeat', true), answerOf(cardOf('warning', { isAnswer: true }))];
  const many = Array.from({ length: 9 }, () => [orderOf('nothing alike', false), answerOf()]);
  expect(isGood(scored(right, ...many))).toBe(true);
  const stranger = [orderOf('twin', false), answerOf(cardOf('info', { human: 2 }))];
  expect(scored(right, ...many, stranger)).toMatchObject({ strangers: 1 });
  expect(isGood(scored(right, ...many, stranger))).toBe(false);
  const leak = [orderOf('masked', false), answerOf(cardOf('info', { confidentiality: 'V' }))];
  expect(scored(right, ...many, leak)).toMatchObject({ leaks: 1 });
  expect(isGood(scored(right, ...many, leak))).toBe(false);
});
test('who takes probable links for certain, or looks behind masks, is found out', () => {
  const tellsAll = ({ candidates }) =>
    answerOf(...candidates.map((candidate) => ({ ...cardOf('info'), candidate })));
  const score = makeScore();
  for (const order of drawNation({ seed: 11, orders: 2_000 })) score.add(order, tellsAll(order));
  expect(score.read().strangers).toBeGreaterThan(0);
  expect(score.read().leaks).toBeGreaterThan(0);
});
test('the archive tells nobody about another person or a masked exam', () => {
  const options = { seed: 12, orders: 2_000 };
  const { score, ablation } = evaluate(options, () => {});
  expect(score).toMatchObject({ strangers: 0, leaks: 0 });
  const lines = reportOf(options, score, ablation);
  expect(lines.slice(0, 3).map((line) => line.split(':')[0])).toEqual([
    ...['precision', 'recall', 'alert rate'],
  ]);
});
test('options that are none are refused', () => {
  expect(readOptions([])).toMatchObject({ seed: 1, orders: 200_000 });
  expect(readOptions(['--seed', '42', '--orders', '1000'])).toMatchObject({
    ...{ seed: 42, orders: 1_000 },
  });
  for (const args of [['--seed', 'x'], ['--orders', '0'], ['--orders', '1e9'], ['--what'], ['x']])
    expect(readOptions(args).wrong).toBeTypeOf('string');
});

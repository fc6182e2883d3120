import { describe, expect, test } from 'vitest';
import { CASES } from './cases.mjs';
import { drawNation } from './nation.mjs';
import { TRUE_EXAMS } from './true-exams.mjs';

const drawn = (seed, orders = 400) => [...drawNation({ seed, orders })];
const plain = (orders) => JSON.parse(JSON.stringify(orders));

describe('a nation', () => {
  test('is determined by its seed', () => {
    expect(plain(drawn(7))).toEqual(plain(drawn(7)));
    expect(plain(drawn(7))).not.toEqual(plain(drawn(8)));
  });
  test('has every case about as often as it should', () => {
    const orders = drawn(3, 8_000);
    const whole = CASES.reduce((sum, { share }) => sum + share, 0);
    for (const { kind, share } of CASES) {
      const seen = orders.filter((order) => order.kind === kind).length / orders.length;
      expect(Math.abs(seen - share / whole)).toBeLessThan(0.02);
    }
    const repeats = orders.filter(({ repeats: is }) => is).length / orders.length;
    expect(Math.abs(repeats - 0.1)).toBeLessThan(0.02);
  });
  test('has twins who are taken for another, and hospitals that number alike', () => {
    const orders = drawn(5, 4_000);
    const twins = orders.filter(({ kind }) => kind === 'twin');
    const foreign = twins.flatMap(({ human, candidates }) =>
      candidates.filter((each) => each.human !== human.number),
    );
    expect(foreign.length).toBeGreaterThan(0);
    expect(new Set(foreign.map(({ identity }) => identity))).toEqual(new Set(['probable']));
  });
  test('labels a repeat by how it was made: the earlier exam is of the same person, within the days', () => {
    const days = new Map(TRUE_EXAMS.map((exam) => [exam.id, exam.days]));
    for (const { repeats, human, exam, day, candidates } of drawn(9, 4_000)) {
      const answers = candidates.filter(({ isAnswer }) => isAnswer);
      if (!repeats) expect(answers).toEqual([]);
      for (const answer of answers) {
        expect(answer.human).toBe(human.number);
        const apart = Math.abs(Date.parse(day) - Date.parse(answer.day)) / 86_400_000;
        expect(apart).toBeLessThanOrEqual(days.get(exam));
      }
    }
  });
});

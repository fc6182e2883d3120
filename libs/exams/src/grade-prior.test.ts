import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Contrast, type ExamClass, type Laterality, PURPOSE_HINTS } from './exam-class.js';
import { examOf, orderOf, priorOf } from './exams.testing.js';
import { gradePrior, windowFor } from './grade-prior.js';
import { MATCH_WINDOWS } from './match-windows.js';
import {
  LOUDNESS,
  type Match,
  ORDER_SIGNS,
  type OrderedExam,
  type PriorExam,
} from './match-words.js';

const loudness = ({ indicator }: Match): number => LOUDNESS.indexOf(indicator);
const grade = (order: OrderedExam, prior: PriorExam): Match =>
  gradePrior(order, prior, MATCH_WINDOWS);

const purpose = fc.constantFrom(...PURPOSE_HINTS);
const places = fc.constantFrom(
  ...['DX chest', 'DX knee', 'DX hand', 'DX finger', 'DX lumbar-spine', 'US abdomen', 'US liver'],
  ...['CT head', 'CT sinuses', 'CT chest', 'CT abdomen', 'CT abdomen pelvis', 'CT whole-body'],
  ...['CT abdomen chest pelvis', 'CT pulmonary-arteries', 'MR head', 'MR knee', 'MG breast', 'CT'],
);
const exam: fc.Arbitrary<ExamClass> = fc
  .record({
    place: places,
    laterality: fc.constantFrom<Laterality>('left', 'right', 'both', 'none', 'unknown'),
    contrast: fc.constantFrom<Contrast>('without', 'with', 'both', 'none', 'unknown'),
    purposes: fc.uniqueArray(purpose, { maxLength: 2 }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ place, ...details }) => ({ ...examOf(place), ...details }));
const drawnOrder = fc.record({
  exam,
  on: fc.constant('2026-11-22'),
  signs: fc.uniqueArray(fc.constantFrom(...ORDER_SIGNS), { maxLength: 1 }),
});
const days = fc.integer({ min: -40, max: 900 });
const drawnPrior = fc
  .record({
    days,
    exam,
    state: fc.constantFrom<PriorExam['state']>('done', 'ordered'),
    quality: fc.constantFrom<PriorExam['quality']>(
      ...(['final', 'preliminary', 'incomplete', 'not-diagnostic', 'rejected'] as const),
    ),
    identity: fc.constantFrom<PriorExam['identity']>('certain', 'probable'),
  })
  .map(({ days: before, ...prior }) => priorOf('', before, prior));
/** Two exams that are alike more often than two drawn ones. */
const pair = fc.oneof(
  fc.tuple(drawnOrder, drawnPrior),
  fc
    .tuple(drawnOrder, drawnPrior)
    .map(([order, prior]) => [order, { ...prior, exam: order.exam }] as const),
);
const holds = (law: (order: OrderedExam, prior: PriorExam) => void): void =>
  fc.assert(
    fc.property(pair, ([order, prior]) => {
      law(order, prior);
    }),
    { numRuns: 2_000 },
  );

test('nothing is told of who is not certainly the same person, nor of what was rejected', () =>
  holds((order, prior) => {
    const known = { ...prior, identity: 'certain', quality: 'final' } as const;
    for (const change of [{ identity: 'probable' }, { quality: 'rejected' }] as const)
      expect(grade(order, { ...known, ...change })).toMatchObject({
        ...{ grade: 'NONE', indicator: 'none' },
      });
  }));

test('no grade is no card, and a warning is of what needn’t be made again', () =>
  holds((order, prior) => {
    const { grade: given, indicator } = grade(order, prior);
    if (given === 'NONE') expect(indicator).toBe('none');
    if (indicator === 'warning') {
      expect(['SAME', 'EQUIVALENT', 'COVERS', 'PENDING']).toContain(given);
      expect(prior.exam.group).toBe(order.exam.group);
      expect(order.signs).toEqual([]);
    }
  }));

test('an exam of the other side, or of other regions, is none', () =>
  holds((order, prior) => {
    const sided = (laterality: Laterality) => ({ ...prior.exam, laterality });
    const left = { ...order, exam: { ...order.exam, laterality: 'left' as const } };
    expect(grade(left, { ...prior, exam: sided('right') }).grade).toBe('NONE');
    const elsewhere = { ...prior.exam, regions: ['scrotum'] };
    expect(grade(order, { ...prior, exam: elsewhere }).grade).toBe('NONE');
  }));

test('left and right are alike', () => {
  const mirrored = (of: ExamClass): ExamClass => {
    const mirror: Partial<Record<Laterality, Laterality>> = { left: 'right', right: 'left' };
    return { ...of, laterality: mirror[of.laterality] ?? of.laterality };
  };
  holds((order, prior) =>
    expect(
      grade({ ...order, exam: mirrored(order.exam) }, { ...prior, exam: mirrored(prior.exam) }),
    ).toEqual(grade(order, prior)),
  );
});

test('the older an exam, the quieter', () =>
  fc.assert(
    fc.property(pair, fc.nat(400), fc.nat(400), ([order, prior], one, two) => {
      const aged = (age: number) => grade(order, { ...priorOf('', age), ...rest(prior) });
      const [younger, older] = [Math.min(one, two), Math.max(one, two)];
      expect(loudness(aged(older))).toBeLessThanOrEqual(loudness(aged(younger)));
    }),
    { numRuns: 2_000 },
  ));
const rest = ({ exam: of, state, quality, identity }: PriorExam) => ({
  ...{ exam: of, state, quality, identity },
});

test('what an order says of its reasons never makes it louder', () =>
  holds((order, prior) => {
    const plain = loudness(grade({ ...order, signs: [] }, prior));
    for (const sign of ORDER_SIGNS)
      expect(loudness(grade({ ...order, signs: [sign] }, prior))).toBeLessThanOrEqual(
        Math.min(plain, 1),
      );
  }));

test('an earlier exam without and with contrast is at least as good as either', () =>
  holds((order, prior) => {
    const given = (contrast: Contrast) =>
      loudness(grade(order, { ...prior, exam: { ...prior.exam, contrast } }));
    expect(given('both')).toBeGreaterThanOrEqual(Math.max(given('with'), given('without')));
  }));

test('an exam both of whose sides are shown is at least as good as one side', () =>
  holds((order, prior) => {
    const given = (laterality: Laterality) =>
      loudness(grade(order, { ...prior, exam: { ...prior.exam, laterality } }));
    expect(given('both')).toBeGreaterThanOrEqual(Math.max(given('left'), given('right')));
  }));

test('the same exam again, all known of it and nothing against it, is the same', () =>
  fc.assert(
    fc.property(places, fc.constantFrom<Contrast>('without', 'with', 'both'), (place, contrast) => {
      fc.pre(place !== 'CT');
      const again = { ...examOf(`${place} left`), contrast };
      expect(grade(orderOf('', { exam: again }), priorOf('', 1, { exam: again }))).toMatchObject({
        ...{ grade: 'SAME', indicator: 'warning', days: 1 },
      });
    }),
  ));

test('of what is ordered elsewhere only a repeat counts', () =>
  holds((order, prior) => {
    const pending = grade(order, { ...prior, state: 'ordered' });
    expect(['PENDING', 'NONE']).toContain(pending.grade);
  }));

test('only the days between matter, and the order in which regions stand does not', () =>
  holds((order, prior) => {
    const moved = (day: string) =>
      new Date(Date.parse(day) + 1_000 * 86_400_000).toISOString().slice(0, 10);
    const turned = (of: ExamClass) => ({ ...of, regions: of.regions.toReversed() });
    expect(
      grade(
        { ...order, on: moved(order.on), exam: turned(order.exam) },
        { ...prior, on: moved(prior.on), exam: turned(prior.exam) },
      ),
    ).toEqual(grade(order, prior));
  }));

test('the first window that fits counts, and those of regions come first', () => {
  const window = (text: string) => windowFor(examOf(text), MATCH_WINDOWS)?.id;
  expect(window('DX chest')).toBe('dx-chest');
  expect(window('DX chest abdomen')).toBe('dx-other');
  expect(window('DX knee left')).toBe('dx-limb');
  expect(window('DX lumbar-spine')).toBe('dx-spine');
  expect(window('DX')).toBe('dx-other');
  expect(window('CT head')).toBe('ct-head');
  expect(window('CT head neck')).toBe('ct-other');
  expect(window('MG breast bilateral screening')).toBe('mg-screening');
  expect(window('MG breast bilateral')).toBe('mg-diagnostic');
  expect(window('XA heart')).toBeUndefined();
});

test('a day that is none is no day to count from', () => {
  for (const on of ['', '2026-13-45', '20261120'])
    expect(grade(orderOf('DX chest'), priorOf('DX chest', 1, { on }))).toMatchObject({
      ...{ grade: 'NONE', reasons: ['day-unknown'], days: null },
    });
});

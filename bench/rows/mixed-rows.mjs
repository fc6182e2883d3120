const group = 'mixed';

/** Viewers at work: searches and frames at once, alone and while hospitals store. */
export function mixedRows({ store }) {
  const reading = [
    { name: 'search', scenario: 'patient', concurrency: 3 },
    { name: 'frames', scenario: 'frame', concurrency: 4 },
  ];
  const storing = (copy) => ({
    name: 'store',
    scenario: 'store',
    concurrency: 2,
    params: { corpus: 'ct', copy, perRequest: 1, countMax: store.background },
  });
  const row = { group, raw: 'server', reads: 'lanes', needs: ['small', 'ct'] };
  return [
    {
      ...row,
      id: 'mixed-idle',
      label: 'mixed: QIDO c=3 + frames c=4',
      lanes: () => reading,
      goal: '≥ 5×',
    },
    {
      ...row,
      id: 'mixed-storing',
      label: 'the same while storing CT, c=2',
      fresh: { corpus: 'ct', countMax: store.background, perRequest: 1, measured: true },
      lanes: (copy) => [...reading, storing(copy)],
      goal: '≥ 5×, store ≥ 200/s, p99 ≤ 15 ms',
    },
  ];
}

const kinds = [
  {
    id: 'ct-c1',
    label: 'store CT, 1 per request, c=1',
    lane: { corpus: 'ct', concurrency: 1 },
    goal: '≥ 200/s',
  },
  {
    id: 'ct-c8',
    label: 'store CT, 1 per request, c=8',
    lane: { corpus: 'ct', concurrency: 8 },
    deferred: true,
    goal: '≥ 550/s, ≤ 2.5 CPU ms',
  },
  {
    id: 'ct-50',
    label: 'store CT, 50 per request, c=4',
    lane: { corpus: 'ct', concurrency: 4, perRequest: 50 },
    reads: 'megabytes',
    deferred: true,
    goal: '≥ 400 MB/s',
  },
  {
    id: 'mg-c1',
    label: 'store MG 31 MB, c=1',
    lane: { corpus: 'mg', concurrency: 1 },
    reads: 'megabytes',
    goal: '≥ 400 MB/s',
  },
  {
    id: 'small-c8',
    label: 'store 9 KB, c=8',
    lane: { corpus: 'small', concurrency: 8 },
    goal: '≥ 1,500/s',
  },
];

/** Storing: always instances the server has never seen; what it does after its answers is measured apart. */
export function storeRows({ store }) {
  return kinds.map(({ id, lane, ...row }) => {
    const { corpus, concurrency, perRequest = 1 } = lane;
    const params = { corpus, perRequest, countMax: store[corpus] };
    return {
      reads: 'instances',
      ...row,
      id: `store-${id}`,
      group: 'store',
      raw: 'server',
      fresh: { ...params, measured: true },
      lanes: (copy) => [
        { name: 'store', scenario: 'store', concurrency, params: { ...params, copy } },
      ],
    };
  });
}

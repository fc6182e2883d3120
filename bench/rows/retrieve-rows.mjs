/** WADO-RS. Rows named «first» touch a copy stored a moment before; the others read copy 0, all of it warm. */
export function retrieveRows(plan) {
  const first = (corpus) => ({
    corpus,
    countMax: plan.store.whole[corpus],
    perRequest: plan.perRequest[corpus],
  });
  return [
    ...metadataRows(first),
    ...frameRows(first),
    ...decodeRows(first, { name: 'J2K', corpus: 'j2k', first: '≤ 100 ms', again: '≤ 5 ms' }),
    ...decodeRows(first, { name: 'JPEG-LS', corpus: 'jls', first: '≤ 16 ms', again: '≤ 16 ms' }),
    ...wholeRows(),
  ];
}

function row(id, label, { lane, ...rest }) {
  return {
    id,
    group: 'retrieve',
    label,
    raw: 'server',
    reads: 'ms',
    lanes: (copy) => [{ name: 'read', concurrency: 1, ...lane, params: { copy, ...lane.params } }],
    ...rest,
  };
}

function metadataRows(first) {
  return [
    row('metadata-first', 'metadata of the CT series, right after its store', {
      lane: { scenario: 'metadata', requestsMax: 1 },
      fresh: first('ct'),
      goal: '≤ 20 ms',
    }),
    row('metadata-again', 'the same again, c=1', {
      lane: { scenario: 'metadata' },
      needs: ['ct'],
      goal: '≤ 8 ms, ≥ 200/s',
    }),
  ];
}

function frameRows(first) {
  return [
    row('frame-ct', 'frame of a CT, c=8, random', {
      lane: { scenario: 'frame', concurrency: 8 },
      needs: ['ct'],
      reads: 'rate',
      goal: '≥ 1,700/s, ≤ 0.5 CPU ms',
    }),
    row('frame-last-first', 'last frame of a multi-frame, first touch', {
      lane: { scenario: 'lastFrame', requestsMax: 1 },
      fresh: first('enhanced'),
      goal: 'as fast as again',
    }),
    row('frame-last', 'last frame of a multi-frame, c=1', {
      lane: { scenario: 'lastFrame' },
      needs: ['enhanced'],
      reads: 'rate',
      goal: '≥ 1,000/s',
    }),
    row('frame-list', 'list of 10 frames, c=1', {
      lane: { scenario: 'frameList' },
      needs: ['enhanced'],
      goal: '≤ 8 ms',
    }),
  ];
}

function decodeRows(first, { name, corpus, ...goals }) {
  const { countMax } = first(corpus);
  return [
    row(`decode-${corpus}-first`, `${name} frame → raw, first, c=1`, {
      lane: { scenario: 'decode', params: { corpus }, requestsMax: countMax },
      fresh: first(corpus),
      raw: corpus,
      goal: goals.first,
    }),
    row(`decode-${corpus}-again`, `${name} frame → raw, again, c=1`, {
      lane: { scenario: 'decode', params: { corpus } },
      needs: [corpus],
      raw: corpus,
      goal: goals.again,
    }),
  ];
}

function wholeRows() {
  return [
    row('instance-ct', 'CT instance, c=8, random', {
      lane: { scenario: 'instance', concurrency: 8 },
      needs: ['ct'],
      reads: 'rate',
      goal: '≥ 1,500/s',
    }),
    row('study-ct', 'whole CT study, c=1', {
      lane: { scenario: 'study' },
      needs: ['ct'],
      reads: 'megabytes',
      goal: '≥ 1,000 MB/s',
    }),
  ];
}

const group = 'search';

/** QIDO-RS over the population of small studies and the instances of the CT series. */
export function searchRows({ page }) {
  const row = (id, label, { lane, ...rest }) => ({
    id: `search-${id}`,
    group,
    label,
    raw: 'server',
    reads: 'rate',
    needs: ['small'],
    lanes: () => [{ name: 'search', concurrency: 1, ...lane }],
    ...rest,
  });
  return [
    row('patient-c1', 'QIDO by PatientID, c=1', {
      lane: { scenario: 'patient' },
      goal: '≥ 2,000/s',
    }),
    row('patient-c8', 'QIDO by PatientID, c=8', {
      lane: { scenario: 'patient', concurrency: 8 },
      goal: '≥ 5,000/s, p99 ≤ 5 ms',
    }),
    row('name', 'QIDO name prefix, c=1', { lane: { scenario: 'name' }, goal: '≥ 1,000/s' }),
    row('date', 'QIDO date + modality, c=1', { lane: { scenario: 'date' }, goal: '≥ 1,000/s' }),
    row('instances', 'QIDO all instances of a CT series, c=1', {
      lane: { scenario: 'instances', params: { copy: 0 } },
      needs: ['ct'],
      reads: 'ms',
      goal: '≤ 8 ms',
    }),
    row('page', `QIDO page of ${page.limit} at offset ${page.offset}, c=1`, {
      lane: { scenario: 'page', params: page },
      goal: '≥ 700/s',
    }),
  ];
}

/** A figure with two or three significant digits and a thousands comma. */
export function number(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Rate · p50/p99 ms · server CPU ms per instance or answer, and marks. */
export function cell(row, figures) {
  if (figures === undefined) return '–';
  const marks = marksOf(figures);
  if (figures.lane.requests === 0) return `${refusal(figures)}${marks}`;
  return `${headline(row, figures)}${marks}`;
}

/** The raw limit: the same without CPU. */
export function limitCell(row, figures, limits) {
  const decoder = limits.find(({ id }) => id === row.raw);
  if (decoder !== undefined) return `decoding alone ${number(decoder.value)} ms`;
  return figures === undefined ? '–' : cell(row, { ...figures, cpuMsPerInstance: undefined });
}

/** «status 500» of «status 500: {…}»: what the server said instead of an answer. */
function refusal({ failures }) {
  return (failures[0] ?? 'no answer').split(':', 1)[0];
}

function headline(row, figures) {
  const { lane, lanes, cpuMsPerInstance, coarse } = figures;
  const spread = `${number(lane.p50Ms)}/${number(lane.p99Ms)}`;
  const cpu =
    cpuMsPerInstance === undefined ? '' : ` · ${coarse ? '≈' : ''}${number(cpuMsPerInstance)}`;
  const writers = {
    rate: () => `${number(lane.rate)}/s · ${spread}${cpu}`,
    instances: () => `${number(lane.instanceRate)}/s · ${spread}${cpu}`,
    megabytes: () => `${number(lane.megabytesPerSecond)} MB/s · ${spread}${cpu}`,
    ms: () => `**${number(lane.p50Ms)} ms** · p99 ${number(lane.p99Ms)}${cpu}`,
    lanes: () => laneHeadline(lanes),
  };
  return writers[row.reads]();
}

function laneHeadline({ search, frames, store }) {
  const stored = store === undefined ? '' : `, store ${number(store.instanceRate)}/s`;
  return `${number(search.rate)} + ${number(frames.rate)}/s · p99 ${number(search.p99Ms)}/${number(frames.p99Ms)}${stored}`;
}

function marksOf({ clientBound, noisy, failed }) {
  const client = clientBound ? ' ᶜ' : '';
  const noise = noisy ? ' ~' : '';
  const wrong = failed > 0 ? ` ✗${failed}` : '';
  return `${client}${noise}${wrong}`;
}

/** Rows of cells as a Markdown table; the first row is its head. */
export function table(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const [head, ...body] = rows;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('');
}

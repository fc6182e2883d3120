/** What a run comes to: rates per second, latencies in milliseconds. */
export function summary({ latenciesMs, wallMs, bytesIn, bytesOut, instances, failed, failures }) {
  const sorted = Float64Array.from(latenciesMs).sort();
  return {
    requests: sorted.length,
    instances,
    failed,
    failures,
    bytes: bytesIn + bytesOut,
    rate: (sorted.length * 1000) / wallMs,
    instanceRate: (instances * 1000) / wallMs,
    megabytesPerSecond: (bytesIn + bytesOut) / 1000 / wallMs,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}

/** Nearest-rank percentile of an ascending list; undefined when the list is empty. */
export function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export function median(values) {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

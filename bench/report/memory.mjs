import { number, table } from './cells.mjs';

const mega = (bytes) => `${number(bytes / 1e6)} MB`;

/** Peaks over the whole run: of all processes at one moment, with and without PostgreSQL, and of each process. */
export function memoryText(memory) {
  if (memory.size === 0) return 'This machine does not tell what its processes use.\n';
  const head = [
    'server',
    'without PostgreSQL',
    'PostgreSQL',
    'all',
    'highest mark of each kind of process',
  ];
  const rows = [...memory].map(([name, { withoutPostgres, postgres, all, processes }]) => [
    name,
    mega(withoutPostgres),
    postgres === 0 ? '–' : mega(postgres),
    mega(all),
    processesText(processes),
  ]);
  return `${table([head, ...rows])}\nGoal: 800 MB without PostgreSQL. Resident memory, sampled four times a second; pages PostgreSQL's processes share are counted once.\n`;
}

/** Processes of one kind together: how many there were and the highest mark among them. */
function processesText(processes) {
  const kinds = Map.groupBy(processes.values(), ({ label }) => label);
  return [...kinds]
    .map(([label, each]) => ({
      label,
      count: each.length,
      peak: Math.max(...each.map(({ peak }) => peak)),
    }))
    .sort((a, b) => b.peak - a.peak)
    .map(({ label, count, peak }) => `${label}${count > 1 ? ` (${count})` : ''} ${mega(peak)}`)
    .join(', ');
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMsOf, listProcesses, memoryOf, treeOf } from '../machine/processes.mjs';
import { arkimCommand } from './database.mjs';

const watchMs = 500;

/**
 * Rebuilds projections with `arkim rebuild`, as an operator does: how long, CPU of the command and of PostgreSQL, and the most memory of the
 * command. The findable projection needs the header extracts of all studies (`--sample 1`).
 */
export async function measureRebuilds({ database, state, say }) {
  const names = state.plan.sample === 1 ? ['reservations', 'findable'] : ['reservations'];
  const rebuilds = [];
  for (const name of names) {
    say(`rebuilding ${name}`);
    rebuilds.push({ name, ...(await measure({ database, folder: state.folder, name })) });
  }
  return rebuilds;
}

async function measure({ database, folder, name }) {
  const { args, options } = arkimCommand({ folder, url: database.url }, 'rebuild', name);
  const postgres = () => {
    const processes = listProcesses();
    return cpuMsOf(processes, treeOf(processes, { pid: database.pid }));
  };
  const [startMs, postgresBefore] = [performance.now(), postgres()];
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let [told, peak, cpuMs] = ['', 0, 0];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid)?.peak ?? 0);
    cpuMs = Math.max(cpuMs, cpuMsOf(listProcesses(), new Set([child.pid])));
  }, watchMs);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  const ms = performance.now() - startMs;
  return {
    ms,
    cpuMs,
    postgresMs: postgres() - postgresBefore,
    peak,
    code,
    told: told.trim().split('\n').at(-1),
  };
}

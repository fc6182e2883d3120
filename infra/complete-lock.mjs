import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap/clone.mjs';

/*
 * Run after `npm install`: adds to package-lock.json the optional packages of other platforms that a registry mirror
 * hadn't got. Without them `npm ci` refuses the lock file, even on a platform that never needs them.
 */
const FILE = join(root, 'package-lock.json');
const SYSTEM = /-(android|darwin|freebsd|linux|openharmony|win32)-/;
const PROCESSOR = /-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?=-|$)/;

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];
for (const [path, owner] of Object.entries(lock.packages))
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {}))
    if (path !== '' && !has(path, name))
      added.push([`node_modules/${name}`, entry(name, version, owner)]);

const packages = { ...lock.packages, ...Object.fromEntries(added) };
const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
process.stdout.write(`${added.length} added\n`);

/* Found as Node finds it: beside its owner or above. */
function has(path, name) {
  const parts = path.split('/node_modules/');
  return (
    parts.some((_, depth) => {
      const folder = parts.slice(0, depth + 1).join('/node_modules/');
      return `${folder}/node_modules/${name}` in lock.packages;
    }) || `node_modules/${name}` in lock.packages
  );
}

function entry(name, version, owner) {
  const [, system] = SYSTEM.exec(name) ?? [];
  const [, processor] = PROCESSOR.exec(name) ?? [];
  if (!/^\d+\.\d+\.\d+/.test(version) || !system || !processor)
    throw new Error(`${name}@${version}: add it by hand`);
  const libc = /-musl/.test(name) ? 'musl' : 'glibc';
  return {
    version,
    cpu: [processor],
    ...(owner.dev ? { dev: true } : {}),
    ...(system === 'linux' ? { libc: [libc] } : {}),
    license: owner.license,
    optional: true,
    os: [system],
  };
}

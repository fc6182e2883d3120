// Checks an export of `arkim audit export` with nothing but Node: node infra/verify-audit.mjs <file>. Exit code 1 when something isn't as it was
// sealed. Written apart from the archive's own check, from the description in docs/audit.md alone.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const hash = (...parts) => {
  const sha = createHash('sha256');
  for (const part of parts) sha.update(part);
  return sha.digest();
};

/* Members in the order of their names, no space. */
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
};

const leafOf = (bytes) => hash(Buffer.of(0), bytes);

/* RFC 9162 §2.1.1, from the leaves up: a tree of n leaves has its left half filled to a power of two. */
const rootOf = (leaves) => {
  const stack = [];
  leaves.forEach((leaf, index) => {
    stack.push(leaf);
    for (let count = index + 1; count % 2 === 0; count /= 2) {
      const right = stack.pop();
      stack.push(hash(Buffer.of(1), stack.pop(), right));
    }
  });
  let root = stack.pop() ?? hash();
  while (stack.length > 0) root = hash(Buffer.of(1), stack.pop(), root);
  return root;
};

const pick = (value, ...names) => Object.fromEntries(names.map((name) => [name, value[name]]));
const SEAL = ['number', 'previous', 'root', 'count', 'sealedAt', 'lastXid', 'lastPosition'];
const DAY = ['day', 'number', 'previous', 'firstSeal', 'lastSeal', 'records', 'root'];
const hex = (text) => Buffer.from(text, 'hex');

let faults = 0;
const tell = (what, fault) => {
  faults++;
  console.log(`${what}: ${fault}`);
};

const totals = { records: 0, seals: 0, days: 0 };
let bounds;
let seal;
let records = [];
let day;
const digests = new Map();

function endBatch() {
  if (!seal) return;
  const left = [...seal.ids];
  let furthest = -1;
  for (const record of records) {
    const place = seal.ids.indexOf(record.id);
    if (!left.includes(record.id)) {
      tell(`record ${record.id}`, 'inserted');
      continue;
    }
    left.splice(left.indexOf(record.id), 1);
    if (leafOf(canonical(record)).toString('hex') !== seal.leaves[place])
      tell(`record ${record.id}`, 'changed');
    if (place < furthest) tell(`record ${record.id}`, 'reordered');
    furthest = Math.max(furthest, place);
  }
  for (const id of left) tell(`record ${id}`, 'removed');
}

function takeSeal(next) {
  endBatch();
  const name = `seal ${next.number}`;
  if (hash(canonical(pick(next, ...SEAL))).toString('hex') !== next.digest) tell(name, 'changed');
  if (rootOf(next.leaves.map(hex)).toString('hex') !== next.root) tell(name, 'changed');
  if (next.leaves.length !== next.count || next.ids.length !== next.count) tell(name, 'changed');
  const expected = seal ? seal.number + 1 : bounds?.firstSeal;
  for (let number = expected; number < next.number; number++) tell(`seal ${number}`, 'removed');
  if (seal && next.number < expected) tell(name, 'reordered');
  else if (seal && next.number === expected && next.previous !== seal.digest)
    tell(name, 'unchained');
  totals.seals++;
  digests.set(next.number, next.digest);
  [seal, records] = [next, []];
}

function takeDay(next) {
  const name = `day ${next.day}`;
  if (hash(canonical(pick(next, ...DAY))).toString('hex') !== next.digest) tell(name, 'changed');
  const own = [];
  for (let number = next.firstSeal; number <= next.lastSeal; number++)
    own.push(digests.get(number));
  if (own.includes(undefined)) tell(name, 'unchained');
  else if (rootOf(own.map((digest) => leafOf(hex(digest)))).toString('hex') !== next.root)
    tell(name, 'changed');
  if (day && (next.previous !== day.digest || next.number !== day.number + 1))
    tell(name, 'unchained');
  totals.days++;
  digests.clear();
  day = next;
}

function take(text) {
  const line = JSON.parse(text);
  if (line.seal) takeSeal(line.seal);
  else if (line.day) takeDay(line.day);
  else if (line.audit) bounds = line.audit;
  else if (line.record) {
    totals.records++;
    if (seal) records.push(line.record);
    else tell(`record ${line.record.id}`, 'inserted');
  } else tell('a line', 'unreadable');
}

const [file] = process.argv.slice(2);
if (!file || !existsSync(file)) {
  console.error(file ? `${file} is not there` : 'node infra/verify-audit.mjs <file>');
  process.exit(2);
}
for await (const text of createInterface({ input: createReadStream(file) })) {
  if (text === '') continue;
  try {
    take(text);
  } catch (error) {
    tell('a line', `unreadable (${error.message})`);
  }
}
endBatch();
if (bounds && (seal?.number ?? 0) !== bounds.lastSeal) tell(`seal ${bounds.lastSeal}`, 'removed');
console.log(`${totals.records} records, ${totals.seals} seals, ${totals.days} days`);
console.log(`last seal ${seal?.digest ?? 'none'}`);
console.log(`last day ${day?.digest ?? 'none'}`);
process.exitCode = faults === 0 ? 0 : 1;

// Checks a package of `arkim restitute` with nothing but Node: node infra/verify-package.mjs <package.tar> [--key <public key>] [--tsa <certificate>].
// Written apart from the archive's own check, from the description in docs/custody.md alone. Exit code 0: every study is unchanged or was lawfully
// disposed of; 1: something isn't; 2: it can't be read. The key (PEM) is the archive's, had by another way than the package; the certificate (PEM) is
// that of the time-stamping authority.
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkDisposal, checkEvents, checkObjects } from './verify-package/check-study.mjs';
import { readTar } from './verify-package/read-tar.mjs';
import { readToken } from './verify-package/read-token.mjs';
import { canonical, foldPath, hash, leafOf, rootOf, rootOfLists } from './verify-package/trees.mjs';

const FINDINGS_MAX = 1000;
const TEXT_BYTES_MAX = 64 * 1024 * 1024;

const { values: given, positionals } = parseArgs({
  options: { key: { type: 'string' }, tsa: { type: 'string' } },
  allowPositionals: true,
});
const [file] = positionals;
if (!file || !existsSync(file)) {
  console.error(file ? `${file} is not there` : 'node infra/verify-package.mjs <package.tar>');
  process.exit(2);
}

/* Whose stamps count; without one, stamps are read and not believed. */
const authorities = (given.tsa ? readFileSync(given.tsa, 'utf8') : '')
  .split(/(?=-----BEGIN)/)
  .filter((pem) => pem.includes('CERTIFICATE'))
  .map((pem) => new X509Certificate(pem));

let faults = 0;
const tell = (what, fault) => {
  if (++faults <= FINDINGS_MAX) console.log(`${what}: ${fault}`);
};

const leaves = [];
const objects = new Map();
const texts = new Map();
const proven = new Map();
const verdicts = [];
const sealed = new Map();
let end;
let signature;

/* Objects come before the lists that name them, lists before the study that names these. */
for await (const { path, body } of readTar(createReadStream(file))) {
  const sha = createHash('sha256');
  const parts = [];
  let bytes = 0;
  for await (const chunk of body) {
    sha.update(chunk);
    bytes += chunk.length;
    if (!path.startsWith('objects/') && bytes <= TEXT_BYTES_MAX) parts.push(Buffer.from(chunk));
  }
  const found = { path, bytes, sha256: sha.digest('hex') };
  const text = Buffer.concat(parts);
  if (path === 'package.sig') signature = text.toString();
  else if (path === 'package.json') end = text;
  else take(found, text);
}
finish();

function take(found, text) {
  const { path } = found;
  leaves.push(leafOf(canonical(found)));
  if (path.startsWith('objects/')) objects.set(path, found);
  else if (path.endsWith('/study.json')) endStudy(path, JSON.parse(text));
  else if (path.startsWith('studies/')) texts.set(path, { found, text });
  else if (path.startsWith('seals/')) takeSeal(JSON.parse(text));
  else if (path !== 'about.json') tell(path, 'inserted');
}

function endStudy(path, study) {
  const before = faults;
  const folder = path.slice(0, -'study.json'.length);
  const lines = (kind) =>
    study.files
      .filter((one) => one.path.startsWith(`${folder}${kind}-`))
      .flatMap((one) => (texts.get(one.path)?.text ?? '').toString().split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  for (const one of study.files) {
    const here = texts.get(one.path)?.found;
    if (!here) tell(one.path, 'missing');
    else if (here.sha256 !== one.sha256) tell(one.path, 'changed');
  }
  for (const other of texts.keys())
    if (!study.files.some((one) => one.path === other)) tell(other, 'inserted');
  const events = lines('events');
  const listed = lines('objects');
  const name = `study ${study.claim}`;
  checkEvents(name, study, events, tell);
  const proofs = checkProofs(name, events, lines('proofs'));
  if (study.state === 'held') checkObjects(name, { study, listed, events, objects }, tell);
  else checkDisposal(name, { study, listed, events }, tell);
  for (const other of objects.keys()) tell(other, 'inserted');
  verdicts.push({ study, isSound: faults === before, ...proofs });
  objects.clear();
  texts.clear();
}

function checkProofs(name, events, proofs) {
  const byId = new Map(events.map((event) => [event.id, event]));
  let count = 0;
  const days = new Set();
  for (const { event: id, index, size, path, day } of proofs) {
    const event = byId.get(id);
    const root = event && foldPath({ index, size, path, leaf: leafOf(canonical(event)) });
    if (!root) tell(`${name}, event ${id}`, 'its proof leads nowhere');
    else {
      count++;
      days.add(day);
      const key = `${day} ${size} ${root}`;
      proven.set(key, proven.get(key) ?? `${name}, event ${id}`);
    }
  }
  return { proofs: count, events: events.length, days: [...days].sort() };
}

function takeSeal({ seal, stamps }) {
  const { day, number, previous, size, root, sealedAt } = seal;
  const document = canonical({ day, number, previous, size, root, sealedAt });
  if (hash(document).toString('hex') !== seal.digest) tell(`seal of ${day}`, 'changed');
  const first = stamps.find(({ order }) => order === 1);
  sealed.set(day, { size, root, at: first && checkStamp(day, document, first) });
}

/* The first stamp is over the seal; later ones renew it. */
function checkStamp(day, document, { token, path }) {
  const what = `time-stamp of ${day}`;
  try {
    const read = readToken(Buffer.from(token, 'base64'));
    const own = createHash(read.imprintAlgorithm).update(document).digest();
    if (!rootOfLists(own, path, read.imprintAlgorithm)?.equals(read.imprint))
      tell(what, 'is over something else');
    if (authorities.length === 0) return undefined;
    if (!authorities.some(({ publicKey }) => read.isSignedBy(publicKey)))
      tell(what, 'is not signed by this authority');
    return read.at;
  } catch (error) {
    tell(what, `unreadable (${error.message})`);
    return undefined;
  }
}

function finish() {
  for (const [key, what] of proven) {
    const [day, size, root] = key.split(' ');
    const seal = sealed.get(day);
    if (!seal) tell(`seal of ${day}`, 'missing');
    else if (seal.root !== root || String(seal.size) !== size)
      tell(what, 'changed: it is not what was sealed');
  }
  for (const other of [...texts.keys(), ...objects.keys()]) tell(other, 'belongs to no study');
  const closing = checkEnd();
  for (const verdict of verdicts) console.log(lineOf(verdict));
  console.log(`${verdicts.length} studies, ${faults} findings${closing}`);
  process.exitCode = faults === 0 ? 0 : 1;
}

function lineOf({ study, isSound, proofs, events, days }) {
  const whole =
    study.state === 'held' ? `${study.objects} objects unchanged` : 'lawfully disposed of';
  const stamps = days.map((day) => sealed.get(day)?.at).filter(Boolean);
  const by = stamps.length > 0 ? `, stamped ${stamps.sort().at(-1)}` : '';
  const what = isSound ? whole : 'NOT as it was deposited';
  return `study ${study.claim}: ${what}; ${proofs} of ${events} events proven${by}`;
}

function checkEnd() {
  if (!end || !signature) {
    tell('package', 'breaks off: it has no end');
    return '';
  }
  const stated = JSON.parse(end);
  if (stated.root !== rootOf(leaves).toString('hex') || stated.files !== leaves.length)
    tell('package', 'changed since it was signed');
  if (stated.studies !== verdicts.length) tell('package', 'studies are missing');
  const key = createPublicKey(given.key ? readFileSync(given.key) : stated.publicKey);
  if (!verify(null, end, key, Buffer.from(signature, 'base64')))
    tell('package', 'not signed by this key');
  const id = hash(key.export({ format: 'der', type: 'spki' })).toString('hex');
  return `; signed by ${id}${given.key ? '' : ', which the package itself names'}`;
}

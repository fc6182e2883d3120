import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { VIEWER_FOLDER } from './fetch.mjs';

const MARKER = join(VIEWER_FOLDER, '.compressed');
const COMPRESSIBLE = /\.(js|css|wasm|svg)$/;
/** Smaller ones travel in a packet or two anyway. */
const BYTES_MIN = 1400;
/* Beyond this, brotli takes three times as long for a twentieth less. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

const CODINGS = [
  ['.gz', promisify(gzip), undefined],
  ['.br', promisify(brotliCompress), BROTLI],
];

/** Writes what travels compressed beside each file, so that no request has to wait for it. */
export async function compressViewer() {
  if (existsSync(MARKER)) return;
  const files = readdirSync(VIEWER_FOLDER, { recursive: true })
    .filter((name) => COMPRESSIBLE.test(name))
    .map((name) => join(VIEWER_FOLDER, name));
  for (const file of files) await compressFile(file);
  writeFileSync(MARKER, '');
}

async function compressFile(file) {
  const content = readFileSync(file);
  if (content.length < BYTES_MIN) return;
  for (const [suffix, compress, options] of CODINGS) {
    const target = `${file}${suffix}`;
    if (existsSync(target)) continue;
    const begun = `${target}.${process.pid}`;
    try {
      writeFileSync(begun, await compress(content, options));
      renameSync(begun, target);
    } finally {
      rmSync(begun, { force: true });
    }
  }
}

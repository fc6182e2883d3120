import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { openCorpora } from '../corpora/corpora.mjs';
import { answerParent } from '../machine/answer-parent.mjs';

/**
 * The least a server must do, on bare node:http: a store is read, hashed, written to one file and flushed; a frame, an
 * instance or a study is read from a file in the page cache and sent; an answer in JSON is sent from memory. It knows
 * no DICOM, no index and no caller: what it reaches is the raw limit of machine, Node and client together.
 */
const boundary = 'raw';
const writeBytes = 1024 * 1024;
const partHead = (type) => Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\n\r\n`);
const frameHead = partHead('application/octet-stream');
const instanceHead = partHead('application/dicom');
const partEnd = Buffer.from('\r\n');
const end = Buffer.from(`--${boundary}--`);
const state = {
  answer: Buffer.from('[]'),
  home: '',
  written: 0,
  heads: [],
  pixels: undefined,
  frameBytes: 0,
};

answerParent(handle);

async function handle(kind, job) {
  if (kind === 'open') return openServer(job);
  if (kind === 'answer') state.answer = Buffer.from(job);
  if (kind === 'sweep') await sweep();
  return undefined;
}

async function openServer({ folder, corpora }) {
  const { ct } = openCorpora(corpora);
  state.home = join(folder, 'raw');
  await sweep();
  state.heads = Array.from({ length: ct.count }, (_, number) => ct.file(0, number)[0]);
  state.frameBytes = ct.rawFrame(0).length;
  state.pixels = await open(join(corpora.home, 'ct.pixels'));
  const server = createServer((request, response) => {
    respond(request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server.address().port;
}

/** Files of stores gone by: removed between runs, never while measuring. */
async function sweep() {
  await rm(state.home, { recursive: true, force: true });
  mkdirSync(state.home, { recursive: true });
}

async function respond(request, response) {
  const { method, url } = request;
  if (method === 'POST') return store(request, response);
  const frames = /\d{5}(\d{5})\/frames\/([\d,]+)$/.exec(url);
  if (frames !== null)
    return sendFrames(response, Number(frames[1]), frames[2].split(',').map(Number));
  const instance = /\/instances\/[\d.]+(\d{5})$/.exec(url);
  if (instance !== null)
    return sendInstances(response, Number(instance[1]) - 1, Number(instance[1]));
  if (/\/studies\/[\d.]+$/.test(url)) return sendInstances(response, 0, state.heads.length);
  return response.writeHead(200, { 'content-length': state.answer.length }).end(state.answer);
}

async function store(request, response) {
  state.written += 1;
  const file = await open(join(state.home, `${state.written}.bin`), 'wx');
  const hash = createHash('sha256');
  let waiting = [];
  let waitingBytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes < writeBytes) continue;
    await file.writev(waiting);
    waiting = [];
    waitingBytes = 0;
  }
  if (waitingBytes > 0) await file.writev(waiting);
  hash.digest();
  await file.datasync();
  await file.close();
  response.writeHead(200, { 'content-length': 2 }).end('{}');
}

/** Frame `number` + n - 1 of the CT pixels: of a multi-frame its frame n, of a slice (n = 1) itself. */
async function sendFrames(response, number, frameNumbers) {
  const partBytes = frameHead.length + state.frameBytes + partEnd.length;
  startParts(response, frameNumbers.length * partBytes);
  for (const frame of frameNumbers) {
    await sendPart(response, [frameHead, await readSlice(number - 1 + frame - 1)]);
  }
  response.end(end);
}

async function sendInstances(response, start, stop) {
  const heads = state.heads.slice(start, stop);
  const partBytes = instanceHead.length + state.frameBytes + partEnd.length;
  startParts(
    response,
    heads.reduce((sum, head) => sum + head.length + partBytes, 0),
  );
  for (const [at, head] of heads.entries()) {
    await sendPart(response, [instanceHead, head, await readSlice(start + at)]);
  }
  response.end(end);
}

function startParts(response, length) {
  const contentType = `multipart/related; boundary=${boundary}`;
  response.writeHead(200, { 'content-type': contentType, 'content-length': length + end.length });
}

async function sendPart(response, pieces) {
  response.cork();
  for (const piece of pieces) response.write(piece);
  const room = response.write(partEnd);
  response.uncork();
  if (!room) await new Promise((resolve) => response.once('drain', resolve));
}

async function readSlice(at) {
  const bytes = Buffer.allocUnsafe(state.frameBytes);
  await state.pixels.read(bytes, 0, state.frameBytes, at * state.frameBytes);
  return bytes;
}

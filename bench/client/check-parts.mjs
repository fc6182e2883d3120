const headBytesMax = 8 * 1024;
const nameBytes = 700;

/**
 * Checks a multipart/related answer byte by byte while it arrives. `expected` lists the content of each part as a
 * list of buffers, in order; or `find(text)`, given the first 700 bytes of a part as latin1, says which content must
 * follow, for answers whose order is free. Nothing is copied: each chunk is compared with where it must be equal.
 */
export function checkParts({ expected, find, count = expected?.length }) {
  const state = { status: 0, boundary: '', head: '', mode: 'head', parts: 0, length: 0 };
  const content = makeComparer();
  return {
    start(status, headers) {
      state.status = status;
      state.boundary = boundaryOf(headers['content-type']);
      if (status !== 200) state.mode = 'refused';
    },
    data(chunk) {
      state.length += chunk.length;
      let at = 0;
      while (at < chunk.length && state.mode !== 'wrong')
        at = step({ state, content, expected, find }, chunk, at);
    },
    end() {
      if (state.status !== 200) return `status ${state.status}: ${state.head.slice(0, 160)}`;
      if (state.mode === 'wrong') return state.reason;
      if (state.mode !== 'end') return `answer ends within part ${state.parts}`;
      return state.parts === count ? undefined : `${state.parts} parts instead of ${count}`;
    },
    get length() {
      return state.length;
    },
  };
}

function boundaryOf(contentType) {
  return /boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1] ?? '';
}

/** Takes a part of `chunk` from `at` on and returns where it stopped. */
function step(answer, chunk, at) {
  const { state, content } = answer;
  if (state.mode === 'head') return readHead(answer, chunk, at);
  if (state.mode === 'name') return readName(answer, chunk, at);
  if (state.mode !== 'content') return keepText(state, chunk, at);
  const next = content.take(chunk, at);
  if (next < 0) return wrong(state, `part ${state.parts}: bytes differ from those stored`);
  if (content.done()) state.mode = 'head';
  return next;
}

/** From the end of one part's content to the first byte of the next: delimiter, part headers, empty line. */
function readHead({ state, content, expected }, chunk, at) {
  const had = state.head.length;
  state.head += chunk.latin1Slice(at, Math.min(chunk.length, at + headBytesMax));
  const start = state.head.startsWith('\r\n') ? 2 : 0;
  const delimiter = `--${state.boundary}`;
  if (state.head.startsWith(`${delimiter}--`, start)) {
    state.mode = 'end';
    return chunk.length;
  }
  const end = state.head.indexOf('\r\n\r\n');
  if (end < 0)
    return state.head.length > headBytesMax ? wrong(state, 'part head too long') : chunk.length;
  if (!state.head.startsWith(delimiter, start))
    return wrong(state, `part ${state.parts}: not as long as stored`);
  state.parts += 1;
  state.mode = 'name';
  state.head = '';
  if (expected !== undefined) {
    state.mode = 'content';
    content.expect(expected[state.parts - 1] ?? []);
  }
  return at + end + 4 - had;
}

/** Gathers the first bytes of a part until it can be told which content it must be. */
function readName(answer, chunk, at) {
  const { state, content, find } = answer;
  const take = Math.min(chunk.length - at, nameBytes - state.head.length);
  state.head += chunk.latin1Slice(at, at + take);
  if (state.head.length < nameBytes) return at + take;
  const pieces = find(state.head);
  if (pieces === undefined) return wrong(state, `part ${state.parts} is none of those stored`);
  content.expect(pieces);
  const same = content.take(Buffer.from(state.head, 'latin1'), 0) === nameBytes;
  state.head = '';
  state.mode = 'content';
  return same ? at + take : wrong(state, `part ${state.parts}: bytes differ from those stored`);
}

function keepText(state, chunk, at) {
  if (state.mode === 'refused' && state.head.length < nameBytes) {
    state.head += chunk.latin1Slice(at, Math.min(chunk.length, at + nameBytes));
  }
  return chunk.length;
}

function wrong(state, reason) {
  state.mode = 'wrong';
  state.reason = reason;
  return Number.MAX_SAFE_INTEGER;
}

/** Compares a stream of chunks with a list of buffers. */
function makeComparer() {
  let pieces = [];
  let piece = 0;
  let offset = 0;
  const skipEmpty = () => {
    while (piece < pieces.length && offset === pieces[piece].length) {
      piece += 1;
      offset = 0;
    }
  };
  return {
    expect(list) {
      pieces = list;
      piece = 0;
      offset = 0;
      skipEmpty();
    },
    done: () => piece >= pieces.length,
    /** Returns where in `chunk` the comparison stopped, -1 when bytes differ. */
    take(chunk, start) {
      let at = start;
      while (at < chunk.length && piece < pieces.length) {
        const length = Math.min(chunk.length - at, pieces[piece].length - offset);
        if (chunk.compare(pieces[piece], offset, offset + length, at, at + length) !== 0) return -1;
        at += length;
        offset += length;
        skipEmpty();
      }
      return at;
    },
  };
}

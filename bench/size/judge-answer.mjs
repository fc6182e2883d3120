const uidTags = { studies: '0020000D', series: '0020000E', instances: '00080018' };
const defaultLimits = { studies: 1000, series: 5000, instances: 10_000 };
/** Above this many results that are left, the archive says «at least». */
const remainingMax = 1000;

/** What is wrong with an answer to a search, undefined when all of it is as the generator knows it. */
export function judgeAnswer({ path, count, first, least }, { status, headers, body }) {
  if (status !== 200) return `status ${status}: ${body.toString('latin1', 0, 160)}`;
  const results = JSON.parse(body.toString());
  const resource = /^[^?]*\/(\w+)/.exec(path)[1];
  const limit = Number(/[?&]limit=(\d+)/.exec(path)?.[1] ?? defaultLimits[resource]);
  const expected = Math.min(limit, count);
  const isRight = least ? results.length >= expected : results.length === expected;
  if (!isRight) return `${results.length} results instead of ${expected}`;
  const found = results[0]?.[uidTags[resource]]?.Value?.[0];
  if (first !== undefined && found !== first) return 'another result comes first';
  return least ? undefined : wrongWarning(headers.warning, count - expected);
}

/** PS3.18 §8.3.4.4.1: a page says how many results it leaves. */
function wrongWarning(warning, left) {
  const [, atLeast, told] = /There are (at least )?(\d+) additional/.exec(warning ?? '') ?? [];
  if (left === 0) return told === undefined ? undefined : `${told} results are said to be left`;
  if (told === undefined) return `nothing is said of ${left} results that are left`;
  const isTrue =
    atLeast === undefined ? Number(told) === left : Number(told) <= left && left >= remainingMax;
  return isTrue
    ? undefined
    : `${atLeast ?? ''}${told} instead of ${left} results are said to be left`;
}

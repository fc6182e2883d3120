import { hash } from 'node:crypto';
import { drawFor, uidOf, uuidOf } from './draw.mjs';

/** Streams of numbers beside those of studies. */
const draws = { series: 5, request: 6 };

/**
 * The series of a study and how many instances each has. `thin`: one of so many instances is made, at least one of each series.
 */
export function seriesOf({ seed, number: study, kind }, thin) {
  const draw = drawFor(seed, draws.series, study);
  const wanted = Math.max(kind.series, Math.round(kind.instances * (0.5 + draw.share())));
  const each = Math.floor(wanted / kind.series);
  return Array.from({ length: kind.series }, (_, at) => {
    const whole = at === 0 ? wanted - each * (kind.series - 1) : each;
    return {
      number: at + 1,
      uid: uidOf(draw, study, at + 1),
      description: kind.seriesNames[at % kind.seriesNames.length],
      part: draw.pick(kind.parts),
      syntax: draw.pick(kind.syntaxes),
      instances: Math.max(1, Math.round(whole / thin)),
    };
  });
}

/** Ids of the request that brought the study. */
export function requestOf({ seed, number }) {
  const draw = drawFor(seed, draws.request, number);
  return { job: uuidOf(draw, number, 1), pack: uuidOf(draw, number, 2) };
}

/** Instance `number` (from 1) of a series: UID, digest and length of what would have been stored. */
export function instanceOf(study, series, number) {
  const uid = `${series.uid}.${number}`;
  const sha256 = hash('sha256', uid);
  const spread = Number.parseInt(sha256.slice(0, 4), 16) / 0xffff;
  return { uid, sha256, bytes: Math.round(study.kind.bytes * (0.75 + spread / 2)) };
}

/** Frame numbers in the order asked for, counting from 1; or why the list is none. */
export type FrameList =
  | Readonly<{ ok: true; frames: readonly number[] }>
  | Readonly<{ ok: false; reason: 'not-a-list' | 'repeated' | 'too-many' }>;

/** Frames that one request may ask for. */
export const FRAMES_PER_REQUEST_MAX = 10_000;
const DIGITS_MAX = 10;

/** The `{frames}` of a path, decoded: non-duplicate frame numbers in any order, separated by commas (PS3.18 §10.4.1.1). */
export function parseFrameList(text: string, framesMax = FRAMES_PER_REQUEST_MAX): FrameList {
  if (text.length > framesMax * (DIGITS_MAX + 1)) return { ok: false, reason: 'too-many' };
  const items = text.split(',', framesMax + 1);
  if (items.length > framesMax) return { ok: false, reason: 'too-many' };
  if (!items.every((item) => /^[1-9]\d{0,9}$/.test(item)))
    return { ok: false, reason: 'not-a-list' };
  const frames = items.map(Number);
  if (new Set(frames).size < frames.length) return { ok: false, reason: 'repeated' };
  return { ok: true, frames };
}

/** Longer than any frame of ours: a small pack, or what names the parts of a job, with its receipt. */
export const FRAME_BYTES_MAX = 1024 * 1024;

const HEAD_BYTES = 8;

/** What one side tells the other: a value for JSON, and bytes beside it. */
export type Frame = Readonly<{ about: unknown; body: Buffer }>;

/** Length of all that follows, length of the JSON (both 32 bits, big endian), the JSON, the bytes. */
export function encodeFrame({ about, body }: Frame): Buffer {
  const json = Buffer.from(JSON.stringify(about));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(HEAD_BYTES / 2 + json.length + body.length, 0);
  head.writeUInt32BE(json.length, HEAD_BYTES / 2);
  return Buffer.concat([head, json, body]);
}

/** Gives `heard` each frame once its last byte is there. Throws when the other side doesn't speak as we do. */
export function frameReader(heard: (frame: Frame) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= HEAD_BYTES) {
      const bytes = held.readUInt32BE(0);
      const jsonBytes = held.readUInt32BE(HEAD_BYTES / 2);
      if (bytes > FRAME_BYTES_MAX || jsonBytes + HEAD_BYTES / 2 > bytes)
        throw new Error('a frame of the hand-over is longer than it may be');
      const end = HEAD_BYTES / 2 + bytes;
      if (held.length < end) return;
      const bodyAt = HEAD_BYTES + jsonBytes;
      const about: unknown = JSON.parse(held.toString('utf8', HEAD_BYTES, bodyAt));
      const body = Buffer.from(held.subarray(bodyAt, end));
      held = held.subarray(end);
      heard({ about, body });
    }
  };
}

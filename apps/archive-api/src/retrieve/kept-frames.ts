import { boundedCache } from '#index/bounded-cache';

/** Decoded frames that were asked for lately. */
export type KeptFrames = Readonly<{
  /** The frame of that name, else what `decode` makes of it; readers who ask at the same time wait for one decoding. A failure is not kept. */
  get: (name: string, decode: () => Promise<Buffer>) => Promise<Buffer>;
}>;

/** Keeps at most `bytesMax` of frames, those read least recently out first. Nobody may write into a frame. */
export function keptFrames({ bytesMax }: Readonly<{ bytesMax: number }>): KeptFrames {
  const kept = boundedCache<Buffer>(bytesMax);
  const underWay = new Map<string, Promise<Buffer>>();
  const make = async (name: string, decode: () => Promise<Buffer>): Promise<Buffer> => {
    try {
      const frame = await decode();
      kept.set(name, frame, frame.length);
      return frame;
    } finally {
      underWay.delete(name);
    }
  };
  return {
    get: async (name, decode) => {
      const known = kept.get(name) ?? underWay.get(name);
      if (known !== undefined) return known;
      const making = make(name, decode);
      underWay.set(name, making);
      return making;
    },
  };
}

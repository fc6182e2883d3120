import type { ReadableFile } from '#dicom/window';
import { RANGE_BYTES_MAX } from '#storage/object-store';
import type { LocatedInstance } from './locate.js';
import { type ReadPorts, readInstance } from './read-instance.js';

/** A stored instance as libs/dicom reads files; like there, a read beyond the end gives what there is. */
export const instanceFile = (ports: ReadPorts, located: LocatedInstance): ReadableFile => {
  const { bytes: length } = located.instance;
  return {
    length,
    read: async (start, end) => {
      const until = Math.min(end, length, start + RANGE_BYTES_MAX);
      return until <= start
        ? Buffer.alloc(0)
        : readInstance(ports, located, { range: { start, end: until } });
    },
  };
};

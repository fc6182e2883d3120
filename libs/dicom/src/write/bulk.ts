/** So many bytes, read when they are wanted; may be opened again. */
export type BulkBytes = Readonly<{ bytes: number; open: () => AsyncIterable<Uint8Array> }>;

/**
 * What stands for a BulkDataURI. `value`: the bytes of the value field, little endian. `frames`: compressed frames of Pixel Data,
 * each in one or more fragments; `offsets` false where no offset table may name them (video, PS3.5 §A.4.5).
 */
export type BulkValue =
  | Readonly<{ kind: 'value'; value: BulkBytes }>
  | Readonly<{ kind: 'frames'; frames: readonly (readonly BulkBytes[])[]; offsets: boolean }>;

/** Undefined: nothing was sent for the URI. */
export type BulkOf = (uri: string) => BulkValue | undefined;

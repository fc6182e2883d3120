declare module 'dicom-character-set' {
  /** Throws on terms it doesn't know and on escape sequences that the terms don't announce. */
  export const convertBytes: (
    specificCharacterSet: string,
    bytes: Uint8Array,
    options: Readonly<{ vr: string }>,
  ) => string;
}

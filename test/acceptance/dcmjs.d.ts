declare module 'dcmjs' {
  /** An attribute as dcmjs reads it: numbers, texts, names, items, or ArrayBuffers of binary values. */
  type Attribute = Readonly<{ vr: string; Value: readonly unknown[] }>;
  type Read = Readonly<{
    meta: Readonly<Record<string, Attribute>>;
    dict: Readonly<Record<string, Attribute>>;
  }>;
  const dcmjs: Readonly<{
    data: Readonly<{ DicomMessage: Readonly<{ readFile: (file: ArrayBuffer) => Read }> }>;
    log: Readonly<{ setLevel: (level: string) => void }>;
  }>;
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default dcmjs;
}

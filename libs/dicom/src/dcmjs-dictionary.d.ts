declare module 'dcmjs/dictionary' {
  /** One row of the data dictionary; `tag` is `(gggg,eeee)`, a range of groups, or a private form. */
  type Row = Readonly<{ tag?: string; vr?: string; name?: string; vm?: string; version?: string }>;
  export const dictionary: Readonly<Record<string, Row>>;
}

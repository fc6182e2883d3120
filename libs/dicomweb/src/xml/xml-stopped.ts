/** doctype: the document has one. structure: well-formed, but not what PS3.19 §A.1 describes. */
export type XmlFault =
  | 'not-well-formed'
  | 'doctype'
  | 'structure'
  | 'repeated-attribute'
  | 'too-deep'
  | 'too-long';

/** Thrown inside the reader only; `readDicomXml` makes a value of it. */
export class XmlStopped extends Error {
  constructor(readonly reason: XmlFault) {
    super(reason);
  }
}

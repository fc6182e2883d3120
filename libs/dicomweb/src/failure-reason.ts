/** Failure Reason (0008,1197) values that a store may answer; each stands in the conformance statement. */
export const FailureReason = {
  /** PS3.18 §I.2.2: a general failure in processing. */
  ProcessingFailure: 0x0110,
  /** PS3.7 §C.5.7: the SOP Instance UID is taken by other content. */
  DuplicateSopInstance: 0x0111,
  /** PS3.7 §C.5.13: an attribute that must be there is not. */
  MissingAttribute: 0x0120,
  /** PS3.18 §I.2.2: Referenced SOP Class not supported. */
  SopClassNotSupported: 0x0122,
  /** PS3.7 §C.5.18: the sender may not store this. */
  NotAuthorized: 0x0124,
  /** PS3.18 §I.2.2, A7xx: refused, out of resources. */
  OutOfResources: 0xa700,
  /** PS3.18 §I.2.2, A9xx: the data set doesn't match its SOP class, or its study is not the one of the request. */
  DataSetDoesNotMatch: 0xa900,
  /** PS3.18 §I.2.2, Cxxx: cannot understand certain data elements. */
  CannotUnderstand: 0xc000,
  /** PS3.18 §I.2.2: Referenced Transfer Syntax not supported. */
  TransferSyntaxNotSupported: 0xc122,
} as const;

/** Warning Reason (0008,1196) values of PS3.18 §I.2.1. */
export const WarningReason = {
  Coerced: 0xb000,
  ElementsDiscarded: 0xb006,
  DataSetDoesNotMatch: 0xb007,
} as const;

/** Why a data set can't be written; each a stable code. */
export type WriteFaultReason =
  | 'not-a-data-set'
  | 'not-a-tag'
  | 'not-an-attribute'
  | 'repeated-attribute'
  | 'unknown-vr'
  | 'more-than-one-value-form'
  | 'value-of-other-type'
  | 'number-out-of-range'
  | 'delimiter-in-value'
  | 'not-ascii'
  | 'not-base64'
  | 'no-bulk-data'
  | 'nested-too-deep'
  | 'value-too-long'
  | 'pixel-data-form'
  | 'transfer-syntax';

/** `path` names the attribute by tags and item indices from 0 (`54000100/0/54001010`); '' is the data set itself. */
export type WriteFault = Readonly<{ reason: WriteFaultReason; path: string }>;

/** Thrown inside the writer only; `planPart10` makes a value of it. */
export class WriteStopped extends Error {
  readonly fault: WriteFault;

  constructor(reason: WriteFaultReason, path: string) {
    super(reason);
    this.fault = { reason, path };
  }
}

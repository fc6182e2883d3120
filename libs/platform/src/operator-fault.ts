/** Why the archive can't start or go on; the message is one line that tells the operator what to do, without a secret. */
export class OperatorFault extends Error {
  override readonly name = 'OperatorFault';
}

/** A stream was not at its head, or an event is recorded already: nothing was appended, and the transaction it was part of has failed. */
export class AppendConflict extends Error {}

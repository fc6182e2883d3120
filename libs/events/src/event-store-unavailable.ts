/**
 * The server of the log doesn't answer, or not in time. An append that ends so may have happened: the same append again is
 * safe, since a repeat is known by its event ids.
 */
export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable';
}

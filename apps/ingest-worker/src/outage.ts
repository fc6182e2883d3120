import { EventStoreUnavailable } from '#events/event-store-unavailable';

/** Whether an engine was away: that is no fault of what was being done, which may be tried again any number of times. */
export const isOutage = (error: unknown): boolean => error instanceof EventStoreUnavailable;

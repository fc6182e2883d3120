import { EventStoreUnavailable } from '#events/event-store-unavailable';

/** Whether the log was away: that is no fault of what was being done, which may be tried again any number of times. */
export const isLogAway = (error: unknown): boolean => error instanceof EventStoreUnavailable;

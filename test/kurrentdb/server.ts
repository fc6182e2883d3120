import { randomUUID } from 'node:crypto';
import {
  type KurrentEventStore,
  kurrentEventStore,
} from '../../libs/events/src/kurrentdb/kurrent-event-store.js';

const opened: KurrentEventStore[] = [];

/** The server that the suite runs against. Throws without one: the suite fails then, it never skips. */
export function serverUrl(): string {
  const url = process.env['ARKIM_KURRENTDB_URL'];
  if (!url) throw new Error('KurrentDB: did not run: ARKIM_KURRENTDB_URL is not set');
  return url;
}

/** Streams that begin with it are a log of their own on the server. */
export const newPrefix = (): string => `test-${randomUUID()}-`;

/** An empty log. */
export function openLog(): KurrentEventStore {
  const log = kurrentEventStore({ url: serverUrl(), prefix: newPrefix() });
  opened.push(log);
  return log;
}

export const closeLogs = async (): Promise<void> => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
};

import { type RunRecord, removeRunRecord, writeRunRecord } from './run-record.js';

/** Keeps the run record of the data folder true, one write after the other. */
export type RunRecorder = Readonly<{
  note: (change: Partial<RunRecord>) => void;
  remove: () => Promise<void>;
}>;

export function createRunRecorder(
  dataFolder: string,
  port: number,
  onFault: (error: unknown) => void,
): RunRecorder {
  let record: RunRecord | undefined;
  let written: Promise<void> = Promise.resolve();
  return {
    note: (change) => {
      record = { pid: process.pid, port, state: 'running', children: [], ...record, ...change };
      const next = record;
      written = written.then(() => writeRunRecord(dataFolder, next)).catch(onFault);
    },
    remove: async () => {
      await written;
      if (record) await removeRunRecord(dataFolder);
    },
  };
}

import { join } from 'node:path';
import { openFileObjectStore } from './filesystem/file-object-store.js';
import { assertHome, type ObjectsConfig } from './objects-home.js';
import type { OpenedObjectStore } from './opened-object-store.js';
import { reopened } from './reopened.js';
import { openS3ObjectStore } from './s3/s3-object-store.js';
import type { S3Settings } from './s3/s3-settings.js';

/** Hears of faults that change no answer. */
export type Report = (fault: unknown) => void;

/**
 * Opens the objects where the settings say: in the bucket, or as files of the data folder. A server that doesn't answer is no obstacle:
 * it is asked again with each operation. Throws ObjectsElsewhere when this archive keeps its objects in another place, S3SettingsFault.
 */
export async function openObjectStore(
  config: ObjectsConfig,
  report: Report,
): Promise<OpenedObjectStore> {
  await assertHome(config);
  const { dataFolder, s3 } = config;
  return s3 === undefined ? openFiles(dataFolder, report) : reopened(() => openS3(s3, report));
}

async function openFiles(dataFolder: string, report: Report): Promise<OpenedObjectStore> {
  const files = await openFileObjectStore({ root: join(dataFolder, 'objects'), report });
  return {
    ...files,
    cleanUnfinished: files.cleanTemporaries,
    close: async () => files.close(),
  };
}

async function openS3(settings: S3Settings, report: Report): Promise<OpenedObjectStore> {
  const store = await openS3ObjectStore({ settings, report });
  return { ...store, cleanUnfinished: store.cleanUploads };
}

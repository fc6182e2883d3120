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
 * `spareFilesMax`: files are made ahead of so many puts at once, where objects are files.
 */
export async function openObjectStore(
  config: ObjectsConfig,
  report: Report,
  spareFilesMax = 0,
): Promise<OpenedObjectStore> {
  await assertHome(config);
  const { dataFolder, s3 } = config;
  return s3 === undefined
    ? openFiles(dataFolder, { report, sparesMax: spareFilesMax })
    : reopened(() => openS3(s3, report));
}

type FileOptions = Readonly<{ report: Report; sparesMax: number }>;

async function openFiles(dataFolder: string, options: FileOptions): Promise<OpenedObjectStore> {
  const files = await openFileObjectStore({ root: join(dataFolder, 'objects'), ...options });
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

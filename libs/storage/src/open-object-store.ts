import { join } from 'node:path';
import {
  type FileObjectStoreOptions,
  openFileObjectStore,
} from './filesystem/file-object-store.js';
import { assertHome, type ObjectsConfig } from './objects-home.js';
import type { OpenedObjectStore } from './opened-object-store.js';
import { reopened } from './reopened.js';
import type { S3Settings } from './s3/s3-settings.js';

/** What a program does with objects, where they are files; see FileObjectStoreOptions. */
export type FilesTuning = Pick<FileObjectStoreOptions, 'sparesMax' | 'readNowBytesMax'>;

/** Hears of faults that change no answer. */
export type Report = (fault: unknown) => void;

/**
 * Opens the objects where the settings say: in the bucket, or as files of the data folder. A server that doesn't answer is no obstacle:
 * it is asked again with each operation. Throws ObjectsElsewhere when this archive keeps its objects in another place, S3SettingsFault.
 */
export async function openObjectStore(
  config: ObjectsConfig,
  report: Report,
  tuning: FilesTuning = {},
): Promise<OpenedObjectStore> {
  await assertHome(config);
  const { dataFolder, s3 } = config;
  return s3 === undefined
    ? openFiles(dataFolder, { report, ...tuning })
    : reopened(() => openS3(s3, report));
}

type FileOptions = FilesTuning & Readonly<{ report: Report }>;

async function openFiles(dataFolder: string, options: FileOptions): Promise<OpenedObjectStore> {
  const files = await openFileObjectStore({ root: join(dataFolder, 'objects'), ...options });
  return {
    ...files,
    cleanUnfinished: files.cleanTemporaries,
    close: async () => files.close(),
  };
}

/* The clients of S3 take 40 MB of memory: only who asks for them loads them. */
async function openS3(settings: S3Settings, report: Report): Promise<OpenedObjectStore> {
  const { openS3ObjectStore } = await import('./s3/s3-object-store.js');
  const store = await openS3ObjectStore({ settings, report });
  return { ...store, cleanUnfinished: store.cleanUploads };
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

/* The folders are read, not asked of git: git refuses a clone that another user owns. */
const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

const SOURCE_FOLDERS = ['apps', 'libs', 'test', 'infra', 'bench'];
const sources = SOURCE_FOLDERS.flatMap(filesIn).filter((file) => /\.(ts|mjs)$/.test(file));
const BANNED_NAME =
  /^(index|utils?|helpers?|common|misc|shared|base|manager|impl|types)\.(ts|mjs)$/;
const LEFTOVER = /\b(FIXME|XXX|HACK)\b|TODO(?!\(#\d+\))|\.only\(|\.skip\(|@ts-ignore|@ts-nocheck/;
const CLOCK_OR_CHANCE = /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(/;

const offenders = (pattern: RegExp) =>
  sources.filter(
    (file) => !file.endsWith('tidy.test.ts') && pattern.test(readFileSync(file, 'utf8')),
  );

test('a file is named for what it does', () =>
  expect(sources.filter((file) => BANNED_NAME.test(basename(file)))).toEqual([]));
test('no leftover, and no test that is left out', () => expect(offenders(LEFTOVER)).toEqual([]));
test('time and chance come in as arguments', () =>
  expect(
    offenders(CLOCK_OR_CHANCE).filter((file) =>
      /^libs\/(?!platform\/).*(?<!\.(?:test|testing)\.ts)$/.test(file),
    ),
  ).toEqual([]));
test('no source names a folder of one machine', () =>
  expect(offenders(/\/work\/(main|shared)/)).toEqual([]));
test('the lock file names no registry', () =>
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved": "https?:/));
test('every migration is listed in migrations.sha256 and is as it was when it was listed', () => {
  const listed = readFileSync('infra/postgres/migrations.sha256', 'utf8').trim().split('\n');
  const found = filesIn('infra/postgres')
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${file}`);
  expect(listed).toEqual(found);
});

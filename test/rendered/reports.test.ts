import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHeader } from '#dicom/read-header';
import { reportOf } from '#dicom/report';
import { reportHtml } from '#dicom/report-html';
import { reportText } from '#dicom/report-text';

const FILES = '../shared/dicom';

/** Structured reports of the manifest. */
const reports = (): readonly string[] =>
  readFileSync(join(FILES, 'manifest.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split('\t'))
    .filter((row) => /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./.test(row[7] ?? ''))
    .map((row) => row[0] ?? '');

async function dataSetOf(path: string) {
  const bytes = readFileSync(path);
  const read = await readHeader({
    length: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  });
  return read.ok ? read.header.dataSet : undefined;
}

/** The page that DCMTK makes of a report, in UTF-8; undefined when it can't read it. */
function judged(path: string): string | undefined {
  try {
    return execFileSync('dsr2html', ['-Er', '-Ec', '-Ee', '+U8', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    return undefined;
  }
}

/** Words and numbers that a page shows, without its tags. */
function wordsOf(html: string): ReadonlySet<string> {
  const text = html
    .replace(/<(head|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&amp;/g, '&');
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}.%-]*/gu) ?? []);
}

/** What the judge's page says besides the report: captions, and how it names what it refers to. */
const CAPTIONS = new Set(
  `a additional annex basictextsrstorage by class complete comprehensivesrstorage composite content continued ct dicom
  docs document documents evidence flag footnote from generated identical image instance mr hemodynamicwaveformstorage keys object
  observed observer observers offis dcmtk organization other page partial pertinent predecessor preliminary presentation
  properties realworldvaluemappingstorage requested sop state structured reporting table this unverified verified was waveform with
  spatial coordinates empty manufacturer time unknown by-reference`.split(/\s+/),
);

/** Numbers and UIDs are written otherwise: dates with dashes, coordinates by their count. */
const NUMBER = /^[\d.-]+$/;

/** Files that the judge can't read, and words that stand on its page alone, each with the reason. */
const WITHOUT_JUDGE = [
  'openREM/CT-RDSR-Siemens_Flash-QA-DS.dcm',
  'openREM/CT-RDSR-SpectrumDynamics.dcm',
];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  // The judge abbreviates the kinds of what is referred to.
  'dcmqi/sr.dcm': ['pi', 'sg'],
};

test('every word of the reports that DCMTK shows stands on our page and in our text', async () => {
  const rows: string[] = [];
  for (const name of reports()) {
    const dataSet = await dataSetOf(join(FILES, name));
    const theirs = judged(join(FILES, name));
    if (dataSet === undefined || theirs === undefined) {
      expect(WITHOUT_JUDGE).toContain(name);
      continue;
    }
    const report = reportOf(dataSet);
    const ours = wordsOf(reportHtml(report));
    const plain = wordsOf(reportText(report).replace(/</g, '&lt;'));
    const wanted = [...wordsOf(theirs)].filter((word) => !NUMBER.test(word) && !CAPTIONS.has(word));
    const missing = wanted.filter((word) => !ours.has(word) || !plain.has(word));
    rows.push(`${wanted.length - missing.length} of ${wanted.length} words\t${name}`);
    expect([name, missing]).toEqual([name, KNOWN[name] ?? []]);
  }
  process.stdout.write(`${rows.join('\n')}\n`);
  expect(rows.length).toBeGreaterThan(20);
});

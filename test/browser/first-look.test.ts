import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RunningArchive, startArchive } from '../acceptance/archive.js';
import { colouredShareOf, isPicture, openBrowser, until, type Visitor, visit } from './browsing.js';
import * as shown from './shared-files.js';

const VIEWER_MS_MAX = 180_000;
const POLLING = { timeout: 45_000, interval: 500 };
let archive: RunningArchive;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  [archive, browser] = await Promise.all([startArchive(), openBrowser()]);
  await untilViewerIsThere();
  const token = await archive.token({ org: 'HOSP-A', roles: ['modality'] });
  for (const study of Object.values(shown))
    if (typeof study === 'object') await shown.storeShown(study, archive.origin, token);
  visitor = await visit(browser, archive.origin);
});
afterAll(async () => {
  await browser?.close();
  await archive?.stop();
});
afterEach(() => expect(visitor.complaints()).toEqual([]));

/* A first start fetches it beside its other work. */
async function untilViewerIsThere(): Promise<void> {
  const startedAtMs = performance.now();
  for (;;) {
    const answer = await fetch(`${archive.origin}/viewer/`);
    await answer.body?.cancel();
    if (answer.status === 200) return;
    if (performance.now() - startedAtMs > VIEWER_MS_MAX)
      throw new Error(`the viewer was not fetched:\n${archive.output()}`);
    await sleep(500);
  }
}

const viewport = () => visitor.page.locator('.viewport-element').first();
const open = ({ study }: shown.Shown, mode = 'viewer') =>
  visitor.page.goto(`${archive.origin}/viewer/${mode}?StudyInstanceUIDs=${study}`);

describe('a newcomer', () => {
  test('chooses a hospital and sees its studies', async () => {
    const { page } = visitor;
    await page.goto(`${archive.origin}/`);
    await visitor.keepPicture('start');
    await page.getByRole('button', { name: 'Demo hospital A' }).click();
    await page.getByText('Exempel, Karl').waitFor();
    for (const text of ['Échantillon, Émile', 'Muster, Anna', 'OFFIS Structured Reporting'])
      expect(await page.getByText(text).count()).toBeGreaterThan(0);
    expect(await page.getByText('Beispiel').count()).toBe(0);
    await visitor.keepPicture('studies');
  });
  test('opens a CT from the list, sees it drawn, and another image when scrolling', async () => {
    const { page } = visitor;
    const row = page.getByRole('row').filter({ hasText: '17-Apr-2003' }).filter({ hasText: 'CT' });
    await row.filter({ hasNotText: 'SEG' }).first().dblclick();
    const first = await until(viewport(), isPicture);
    await visitor.keepPicture('ct');
    await viewport().hover();
    await page.mouse.wheel(0, 100);
    await until(viewport(), (pixels) => isPicture(pixels) && !pixels.equals(first));
    expect(await page.getByText('(2/3)').count()).toBe(1);
    await visitor.keepPicture('ct-scrolled');
  });
});

test.each([shown.MR, shown.ENHANCED_MR, shown.ULTRASOUND, shown.MAMMOGRAM, shown.JPEG_LS])(
  '$name is drawn',
  async (study) => {
    await open(study);
    await until(viewport(), isPicture);
    await visitor.keepPicture(study.name);
  },
);
test('a study with modality MG is drawn', async () => {
  await open(shown.MG);
  await until(viewport(), (pixels) => mean(pixels) > 100);
  await visitor.keepPicture(shown.MG.name);
});
test('frames of a clip differ', async () => {
  await open(shown.ULTRASOUND);
  const first = await until(viewport(), isPicture);
  await viewport().hover();
  for (let turns = 0; turns < 5; turns++) await visitor.page.mouse.wheel(0, 100);
  await until(viewport(), (pixels) => isPicture(pixels) && !pixels.equals(first));
});
test('a segmentation is laid over its CT', async () => {
  await open(shown.SEGMENTATION);
  await until(viewport(), isPicture);
  expect(await colouredShareOf(viewport())).toBeLessThan(0.05);
  await visitor.page.getByText('Liver Segmentation', { exact: true }).first().dblclick();
  await expect.poll(() => colouredShareOf(viewport()), POLLING).toBeGreaterThan(0.1);
  await visitor.keepPicture(shown.SEGMENTATION.name);
});
test('a structured report is read', async () => {
  const { page } = visitor;
  await page.goto(`${archive.origin}/viewer/`);
  await page.getByRole('row').filter({ hasText: 'OFFIS Structured' }).first().dblclick();
  await page.getByText('A mass of').first().waitFor();
  await visitor.keepPicture('report');
});
test('a PDF is shown', async () => {
  await open(shown.PDF);
  const pdf = visitor.page.locator('object[type="application/pdf"]');
  await pdf.waitFor();
  expect(await pdf.getAttribute('data')).toMatch(/^blob:/);
  await until(pdf, (pixels) => mean(pixels) > 100);
  await visitor.keepPicture(shown.PDF.name);
});
test('a whole slide is drawn', async () => {
  await open(shown.WHOLE_SLIDE, 'microscopy');
  const slide = visitor.page.locator('.microscopyViewer, .DicomMicroscopyViewer').first();
  await slide.waitFor();
  await until(slide, (pixels) => mean(pixels) > 20);
  await visitor.keepPicture(shown.WHOLE_SLIDE.name);
});

test('who signs out reads nothing more, and is led to the start page', async () => {
  const { page } = visitor;
  await page.goto(`${archive.origin}/`);
  await visitor.keepPicture('signed-in');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Demo hospital A' }).waitFor();
  expect((await page.request.get(`${archive.origin}/dicom-web/studies`)).status()).toBe(401);
  await page.goto(`${archive.origin}/viewer/`);
  await page.getByRole('button', { name: 'Demo hospital B' }).waitFor();
  expect(visitor.complaints()).toContainEqual(expect.stringContaining('401: /dicom-web/studies'));
});

function mean(pixels: Buffer): number {
  return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
}

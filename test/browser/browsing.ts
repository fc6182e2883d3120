import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';

const CHROMIUM = '/usr/bin/chromium';
const PICTURES = resolve(import.meta.dirname, '../../.build/browser');
const SEEN_MS_MAX = 45_000;
const LAID_OUT_MS_MAX = 5_000;
const POLL_MS = 250;

/** Somebody who looks at the archive in a browser; everything that goes wrong meanwhile is noted. */
export type Visitor = Readonly<{
  page: Page;
  /** Console errors, uncaught errors, failed requests, answers of 400 and above, requests to elsewhere; told once. */
  complaints: () => readonly string[];
  /** Paths below /dicom-web that were asked for, with their status. */
  asked: () => readonly string[];
  keepPicture: (name: string) => Promise<void>;
  close: () => Promise<void>;
}>;

/** Root runs chromium without its sandbox only; WebGL is done by the processor. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });

export async function visit(browser: Browser, origin: string): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(SEEN_MS_MAX);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  const isOurs = (url: string) => url.startsWith(`${origin}/`) || /^(blob|data):/.test(url);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  context.on('request', (request) => {
    if (!isOurs(request.url()) && !isOfBrowser(request.url()))
      complaints.push(`elsewhere: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (isOurs(request.url()) && why !== 'net::ERR_ABORTED')
      complaints.push(`failed: ${request.url()} ${why}`);
  });
  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/dicom-web')) asked.push(`${response.status()} ${pathname}`);
    if (isOurs(response.url()) && response.status() >= 400)
      complaints.push(`${response.status()}: ${pathname}`);
  });
  mkdirSync(PICTURES, { recursive: true });
  return {
    page,
    complaints: () => complaints.splice(0),
    asked: () => asked,
    keepPicture: async (name) => {
      await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    },
    close: () => context.close(),
  };
}

/* Chromium shows a PDF with an extension and pages of its own. */
const isOfBrowser = (url: string) => /^chrome(?:-extension)?:\/\//.test(url);

/** Grey values of what an element shows, line by line; none while it isn't there, as when the viewer lays itself out anew. */
async function pixelsOf(element: Locator): Promise<Buffer> {
  const picture = await element.screenshot({ timeout: LAID_OUT_MS_MAX }).catch(() => undefined);
  if (picture === undefined) return Buffer.alloc(0);
  return sharp(picture).greyscale().raw().toBuffer();
}

/** What an image has and an empty or broken viewport hasn't: many greys, and not nearly all of it black. */
export function isPicture(pixels: Buffer): boolean {
  const counts = new Uint32Array(256);
  for (const value of pixels) counts[value] = (counts[value] ?? 0) + 1;
  const greys = counts.filter((count) => count > pixels.length / 20_000).length;
  const black = counts.slice(0, 8).reduce((sum, count) => sum + count, 0);
  return greys > 24 && black < pixels.length * 0.97;
}

/** How much of an element is in colour, from 0 to 1. */
export async function colouredShareOf(element: Locator): Promise<number> {
  const pixels = await sharp(await element.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer();
  let coloured = 0;
  for (let at = 0; at < pixels.length; at += 3)
    if (Math.abs((pixels[at] ?? 0) - (pixels[at + 2] ?? 0)) > 40) coloured += 1;
  return coloured / (pixels.length / 3);
}

/** Looks at the element again and again until what it shows is as wanted. */
export async function until(
  element: Locator,
  wanted: (pixels: Buffer) => boolean,
): Promise<Buffer> {
  const startedAtMs = performance.now();
  for (;;) {
    const pixels = await pixelsOf(element);
    if (wanted(pixels)) return pixels;
    if (performance.now() - startedAtMs > SEEN_MS_MAX)
      throw new Error('the element never showed what was wanted');
    await element.page().waitForTimeout(POLL_MS);
  }
}

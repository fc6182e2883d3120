import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, sendAnswer } from '../answer.js';
import { Open } from '../caller/permit.guard.js';
import { notFound, ProblemException } from '../problem.js';
import { entityTag, isUnchanged } from '../retrieve/validator.js';
import { FIRST_LOOK, type FirstLook } from './first-look.js';
import { pageAnswer } from './page.js';
import { bytesOf, findViewerFile, type ViewerFile } from './viewer-file.js';

const PAGE = 'index.html';
/** While it isn't there, the viewer isn't. */
const PART = 'app.bundle.css';
/** The viewer's own routes: what has no extension is its page. */
const ROUTE = /^[\w/-]*$/;
const AGAIN_SECONDS = 5;

/**
 * What the viewer may do: run scripts and workers that come from here, and ask nobody else for anything. Its codecs and
 * what reads segmentations make functions of text at run time (ADR 13); it needs inline styles, and blobs for what it
 * makes itself.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self' data:",
  "media-src 'self' blob:",
  "object-src 'self' blob:",
  "frame-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
};

/** The viewer's files (OHIF), open to all: they hold nobody's data, and read with the caller's own rights. */
@Controller('viewer')
export class ViewerController {
  constructor(@Inject(FIRST_LOOK) private readonly firstLook: FirstLook) {}

  @Open()
  @Get(['', '*'])
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const [path = '', query] = request.url.split('?', 2);
    if (path === '/viewer') return sendAnswer(reply, toFolder(query));
    const place = path.slice('/viewer/'.length);
    return sendAnswer(reply, await this.answer(ROUTE.test(place) ? PAGE : place, request));
  }

  private async answer(place: string, { headers }: FastifyRequest): Promise<Answer> {
    const { viewerFolder, pagesFolder } = this.firstLook;
    const folders = [pagesFolder, viewerFolder];
    if (place === PAGE && !(await findViewerFile([viewerFolder], PART, undefined)))
      return missingPage();
    const file = await findViewerFile(folders, place, headers['accept-encoding']);
    if (file === undefined) throw new ProblemException(notFound());
    return fileAnswer(file, headers['if-none-match']);
  }
}

function fileAnswer(file: ViewerFile, ifNoneMatch: string | undefined): Answer {
  const tag = entityTag(file.version, file.coding ?? 'identity');
  const headers = {
    ...HEADERS,
    etag: tag,
    'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  };
  if (isUnchanged(ifNoneMatch, tag)) return { status: 304, headers };
  const coding = file.coding === undefined ? {} : { 'content-encoding': file.coding };
  const content = { 'content-type': file.type, 'content-length': file.bytes, ...coding };
  return { status: 200, headers: { ...headers, ...content }, body: bytesOf(file) };
}

const toFolder = (query: string | undefined): Answer => ({
  status: 308,
  headers: {
    location: query === undefined ? '/viewer/' : `/viewer/?${query}`,
    'content-length': 0,
  },
});

const missingPage = (): Answer =>
  pageAnswer({
    title: 'Arkim viewer',
    body: `<h1>The viewer isn’t here yet</h1><p>A first start fetches it beside its other work, about 50 MB; this page asks again by itself. When it stays away, the package registry could not be reached: run <code>npm run viewer</code> in the folder of the clone. Everything else works without it.</p><footer><a href="/">To the start page</a></footer>`,
    status: 503,
    again: AGAIN_SECONDS,
  });

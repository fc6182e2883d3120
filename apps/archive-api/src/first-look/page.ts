import { createHash } from 'node:crypto';
import { type Answer, textAnswer } from '../answer.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #10222e; --soft: #51636f; --paper: #f4f7f8; --card: #fff; --line: #d5dee2; --accent: #0b6e8a; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8f0f3; --soft: #9db0ba; --paper: #0c151b; --card: #14212a; --line: #2a3b46; --accent: #5fc3e0; --on-accent: #06222c } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 34rem; padding: 2.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em }
h2 { margin: 1.75rem 0 .75rem; font-size: 1.05rem }
p { margin: .35rem 0 0; color: var(--soft) }
form { display: grid; gap: .6rem; margin: 0 }
button, a.button { display: flex; justify-content: space-between; gap: 1rem; width: 100%; padding: .85rem 1.1rem; border: 1px solid var(--line); border-radius: .7rem; background: transparent; color: inherit; font: inherit; font-weight: 600; text-align: left; text-decoration: none; cursor: pointer }
button:hover, a.button:hover { border-color: var(--accent) }
button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
button small { color: var(--soft); font-weight: 400; font-size: .9rem }
a.button.first { margin: 1.25rem 0 .6rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: .5rem 0 0 }
dt { color: var(--soft) } dd { margin: 0 }
a { color: var(--accent) }
footer { margin-top: 1.75rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .9rem; color: var(--soft) }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export type Page = Readonly<{
  title: string;
  /** HTML; whatever comes from outside has been through `escaped`. */
  body: string;
  status?: number;
  /** Seconds after which the browser asks again. */
  again?: number;
}>;

/** A page of our own: no script, nothing from elsewhere, in no frame, kept by nobody. */
export function pageAnswer({ title, body, status = 200, again }: Page): Answer {
  const refresh = again === undefined ? '' : `<meta http-equiv="refresh" content="${again}">`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}<link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
  const answer = textAnswer(status, 'text/html; charset=utf-8', html);
  const headers = {
    'content-security-policy': POLICY,
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(again === undefined ? {} : { 'retry-after': again }),
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in HTML, between tags or inside a quoted attribute. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

import type { Report, ReportItem } from './report.js';

const STYLE =
  'body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#111;background:#fff}' +
  'dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em}dt{color:#555}dd{margin:0}' +
  'ul{padding-left:1.4em}.value{white-space:pre-wrap}.as{color:#555}';

const HEADING_MAX = 6;

/** A report as one HTML document in UTF-8, without script and without anything from elsewhere; all that it says is escaped. */
export function reportHtml({ title, facts, items, isCut }: Report): string {
  const list = facts.map(([label, value]) => `<dt>${label}</dt><dd>${escaped(value)}</dd>`);
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>`,
    `<body><h1>${escaped(title)}</h1>`,
    `<dl>${list.join('')}</dl>`,
    itemsHtml(items, 2),
    isCut ? '<p>There is more in this report than is shown here.</p>' : '',
    '</body></html>',
    '',
  ].join('\n');
}

/** Containers make sections, all else goes into lists. */
function itemsHtml(items: readonly ReportItem[], level: number): string {
  let html = '';
  let isInList = false;
  for (const item of items) {
    if (item.isContainer === isInList) html += isInList ? '</ul>\n' : '<ul>';
    isInList = !item.isContainer;
    html += item.isContainer ? sectionHtml(item, level) : `<li>${leafHtml(item, level)}</li>\n`;
  }
  return isInList ? `${html}</ul>\n` : html;
}

function sectionHtml({ name, items }: ReportItem, level: number): string {
  const heading = `h${Math.min(level, HEADING_MAX)}`;
  const title = name === '' ? '' : `<${heading}>${escaped(name)}</${heading}>`;
  return `<section>${title}${itemsHtml(items, level + 1)}</section>\n`;
}

function leafHtml({ name, value, relationship, items }: ReportItem, level: number): string {
  const as = relationship === '' ? '' : `<span class="as">${relationship}: </span>`;
  const label = name === '' ? '' : `<b>${escaped(name)}</b>: `;
  return `${as}${label}<span class="value">${escaped(value)}</span>${itemsHtml(items, level)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: HTML has no control characters
const CONTROLS = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/g;

const escaped = (text: string): string =>
  text.replace(CONTROLS, '').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

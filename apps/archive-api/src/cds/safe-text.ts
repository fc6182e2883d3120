/** One line without what steers terminals or the direction of text, cut at so many characters. */
export function plain(text: string, charactersMax: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (line.length <= charactersMax) return line;
  const cut = line.slice(0, charactersMax - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.trimEnd()}…`;
}

/** The same where Markdown is read: it makes no link, no picture and no markup, whatever stands in it. */
export const safeMarkdown = (text: string, charactersMax: number): string =>
  plain(text, charactersMax)
    .replace(/[\\`*_{}[\]()#+\-.!|~=]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(':', '&#58;')
    .replaceAll('@', '&#64;');

import type { Report, ReportItem } from './report.js';

/** A report as plain text in UTF-8: one line an item, indented by its depth. */
export function reportText({ title, facts, items, isCut }: Report): string {
  return [
    title,
    '',
    ...facts.map(([label, value]) => `${label}: ${value}`),
    '',
    ...items.flatMap((item) => linesOf(item, '')),
    ...(isCut ? ['There is more in this report than is shown here.'] : []),
    '',
  ].join('\r\n');
}

function linesOf({ isContainer, name, value, relationship, items }: ReportItem, indent: string) {
  const as = relationship === '' ? '' : `(${relationship}) `;
  const label = isContainer || name === '' ? name : `${name}: `;
  const lines: string[] = [`${indent}${as}${label}${value.replace(/\r?\n/g, `\r\n${indent}  `)}`];
  for (const item of items) lines.push(...linesOf(item, `${indent}  `));
  return lines;
}

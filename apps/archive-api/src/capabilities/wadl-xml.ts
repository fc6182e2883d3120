import type { WadlElement } from './wadl.js';

/** The XML text of a WADL document given as PS3.18 Annex G has it in JSON; nothing is lost between the two. */
export const wadlXml = (document: WadlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${childrenOf(document)}`;

const childrenOf = (element: WadlElement): string =>
  Object.entries(element)
    .map(([name, value]) => {
      if (name.startsWith('@')) return '';
      if (typeof value === 'string') return escaped(value);
      return listed(value)
        .map((child) => elementText(name, child))
        .join('');
    })
    .join('');

const listed = (value: WadlElement | readonly WadlElement[]): readonly WadlElement[] =>
  Array.isArray(value) ? value : [value as WadlElement];

function elementText(name: string, element: WadlElement): string {
  const attributes = Object.entries(element)
    .filter(([key]) => key.startsWith('@'))
    .map(([key, value]) => ` ${key.slice(1)}="${escaped(String(value))}"`)
    .join('');
  const content = childrenOf(element);
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

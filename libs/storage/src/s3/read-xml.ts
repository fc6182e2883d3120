import { SaxesParser } from 'saxes';
import { ObjectStoreUnavailable } from '../object-store.js';

/** An element of an answer of S3: its text, without white space around it, or its children. */
export type XmlElement = Readonly<{ name: string; text: string; children: readonly XmlElement[] }>;

const DEPTH_MAX = 8;

/** A thousand objects of a listing with a dozen elements each, twice over. */
const ELEMENTS_MAX = 25_000;

type Open = { name: string; text: string; children: XmlElement[] };

/** The root of a small document, attributes and namespaces left out. Throws ObjectStoreUnavailable on what isn't well-formed, on a document type (nothing of S3 has one), and past a bound. */
export function readXml(document: string): XmlElement {
  const parser = new SaxesParser();
  const open: Open[] = [{ name: '', text: '', children: [] }];
  let elements = 0;
  parser.on('error', (error) => {
    throw unreadable('is not well-formed', error);
  });
  parser.on('doctype', () => {
    throw unreadable('has a document type');
  });
  parser.on('opentag', ({ name }) => {
    elements += 1;
    if (open.length > DEPTH_MAX || elements > ELEMENTS_MAX)
      throw unreadable('has more elements than it may');
    open.push({ name, text: '', children: [] });
  });
  parser.on('text', (text) => {
    const current = open.at(-1);
    if (current) current.text += text;
  });
  parser.on('closetag', () => {
    const done = open.pop();
    if (done) open.at(-1)?.children.push({ ...done, text: done.text.trim() });
  });
  parser.write(document).close();
  const [root] = open[0]?.children ?? [];
  if (!root) throw unreadable('is empty');
  return root;
}

/** The text of the first child of that name, or undefined. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function unreadable(what: string, cause?: unknown): ObjectStoreUnavailable {
  return new ObjectStoreUnavailable(`an answer of S3 ${what}`, { cause });
}

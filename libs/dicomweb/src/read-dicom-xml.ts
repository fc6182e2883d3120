import { SaxesParser } from 'saxes';
import type { DicomJson } from '#dicom/dicom-json';
import { closeElement, type Model, newModel, openElement, takeText } from './xml/native-model.js';
import { type XmlFault, XmlStopped } from './xml/xml-stopped.js';

/** A data set, or why the text is none. */
export type ReadXml =
  | Readonly<{ ok: true; dataSet: DicomJson }>
  | Readonly<{ ok: false; reason: XmlFault }>;

export type ReadXmlBounds = Readonly<{ charactersMax: number; depthMax: number }>;

export const READ_XML_BOUNDS: ReadXmlBounds = { charactersMax: 64 * 1024 * 1024, depthMax: 64 };

/** Text is handed to the parser in pieces, so that it gives up early on what is wrong. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * A document of the Native DICOM Model (PS3.19 §A.1) in the DICOM JSON Model: IS and DS stay text as they were written, private
 * attributes get the block of their creator. A document type is refused, so nothing is defined, fetched or expanded; namespaces
 * and attributes that the model doesn't know are passed over.
 */
export function readDicomXml(xml: string, bounds: ReadXmlBounds = READ_XML_BOUNDS): ReadXml {
  if (xml.length > bounds.charactersMax) return { ok: false, reason: 'too-long' };
  const model = newModel(bounds.depthMax);
  try {
    parse(xml, model);
  } catch (error) {
    if (error instanceof XmlStopped) return { ok: false, reason: error.reason };
    throw error;
  }
  return model.dataSet === undefined
    ? { ok: false, reason: 'structure' }
    : { ok: true, dataSet: model.dataSet };
}

function parse(xml: string, model: Model): void {
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw new XmlStopped('not-well-formed');
  });
  parser.on('doctype', () => {
    throw new XmlStopped('doctype');
  });
  parser.on('opentag', ({ name, attributes }) => openElement(model, name, attributes));
  parser.on('closetag', () => closeElement(model));
  parser.on('text', (text) => takeText(model, text));
  parser.on('cdata', (text) => takeText(model, text));
  for (let at = 0; at < xml.length; at += PIECE_CHARACTERS)
    parser.write(xml.slice(at, at + PIECE_CHARACTERS));
  parser.close();
}

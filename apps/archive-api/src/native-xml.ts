import type { DicomJson } from '#dicom/dicom-json';
import { dicomXml } from '#dicomweb/dicom-xml';
import { ProblemException, tooLargeAsXml } from './problem.js';

/** A data set as `application/dicom+xml`; 406 when its document would pass the bounds: the JSON of it can be had. */
export function nativeXml(dataSet: DicomJson): string {
  const document = dicomXml(dataSet);
  if (!document.ok) throw new ProblemException(tooLargeAsXml());
  return document.xml;
}

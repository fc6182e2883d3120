import { api } from 'dicomweb-client';
import type { DicomJson } from './ask.js';
import { XmlHttpRequest } from './xml-http-request.js';

Object.assign(globalThis, { XMLHttpRequest: XmlHttpRequest });

type StudyPath = Readonly<{ studyInstanceUID: string }>;
type SeriesPath = StudyPath & Readonly<{ seriesInstanceUID: string }>;
type InstancePath = SeriesPath & Readonly<{ sopInstanceUID: string }>;
type Query = Readonly<{ queryParams?: Readonly<Record<string, string>> }>;
type MediaType = Readonly<{ mediaType: string; transferSyntaxUID: string }>;
type Frames = Readonly<{ frameNumbers: readonly number[]; mediaTypes?: readonly MediaType[] }>;

/** What we ask of the client; its own types are too narrow, and name the browser. */
export type DicomWebClient = Readonly<{
  searchForStudies: (options: Query) => Promise<readonly DicomJson[]>;
  searchForSeries: (options: Query & Partial<StudyPath>) => Promise<readonly DicomJson[]>;
  searchForInstances: (options: Query & Partial<SeriesPath>) => Promise<readonly DicomJson[]>;
  retrieveStudyMetadata: (options: StudyPath) => Promise<readonly DicomJson[]>;
  retrieveSeriesMetadata: (options: SeriesPath) => Promise<readonly DicomJson[]>;
  retrieveInstanceMetadata: (options: InstancePath) => Promise<readonly DicomJson[]>;
  retrieveStudy: (options: StudyPath) => Promise<readonly ArrayBuffer[]>;
  retrieveSeries: (options: SeriesPath) => Promise<readonly ArrayBuffer[]>;
  retrieveInstance: (options: InstancePath) => Promise<ArrayBuffer>;
  retrieveInstanceFrames: (options: InstancePath & Frames) => Promise<readonly ArrayBuffer[]>;
  retrieveBulkData: (options: Readonly<{ BulkDataURI: string }>) => Promise<readonly ArrayBuffer[]>;
  /** Resolves to the text of the answer. */
  storeInstances: (options: Readonly<{ datasets: readonly ArrayBuffer[] }>) => Promise<string>;
}>;

type ClientOptions = ConstructorParameters<typeof api.DICOMwebClient>[0];

/** The public DICOMweb client as a viewer uses it; with `accept` its Accept field asks for that too. */
export function dicomWebClient(origin: string, token: string, accept?: string): DicomWebClient {
  const headers = { Authorization: `Bearer ${token}`, ...(accept ? { Accept: accept } : {}) };
  const options = { url: `${origin}/dicom-web`, headers, verbose: false };
  return new api.DICOMwebClient(options as unknown as ClientOptions) as unknown as DicomWebClient;
}

/** One part of an answer, as the client gives it. */
export const bytesOf = (part: ArrayBuffer | undefined): Buffer =>
  Buffer.from(part ?? new ArrayBuffer(0));

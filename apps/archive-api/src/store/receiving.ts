import type { MultipartPart } from '#dicomweb/multipart-reader';
import type { IngestJob } from '#storage/ingest-job';
import type { LandingRequest } from '#storage/landing-pack';

/** A request while its body comes in; `signal` ends it when the body stops coming, until `bodyEnded`. */
export type Receiving = Readonly<{
  job: Pick<IngestJob, 'id' | 'hospital' | 'actor' | 'study'>;
  request: LandingRequest;
  parts: AsyncIterable<MultipartPart>;
  signal: AbortSignal;
  bodyEnded: () => void;
  /** The media type of a part that names none. */
  rootWithout: (headers: MultipartPart['headers']) => string | undefined;
}>;

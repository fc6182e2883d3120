import type { Provider } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { boundedCache } from '#index/bounded-cache';
import type { Known } from '#index/known-of-searcher';
import { bufferPool } from '#platform/buffer-pool';
import type { PersonNamed } from './fhir/person-named.js';
import type { Ports } from './ports.js';
import { RetrieveBulkResourceHandler } from './retrieve/bulk-resources/bulk-retrieval.js';
import { keptFrames } from './retrieve/kept-frames.js';
import { readExtracts } from './retrieve/read-extracts.js';
import {
  animatorGate,
  encoderGate,
  KEPT_PICTURES_BYTES_MAX,
  pictureGate,
  RENDER,
  type RenderPorts,
} from './retrieve/rendered/render-ports.js';
import {
  RetrieveRenderedHandler,
  RetrieveThumbnailHandler,
} from './retrieve/rendered/rendered-retrieval.js';
import { representationChooser } from './retrieve/representation.js';
import {
  RETRIEVE,
  RetrieveBulkdataHandler,
  RetrieveFramesHandler,
  RetrieveInstancesHandler,
  RetrieveMetadataHandler,
} from './retrieve/retrieval.js';
import type { RetrieveFramesPorts } from './retrieve/retrieve-frames.js';
import { SearchHandler } from './search/search.js';
import { SEARCH, type SearchingPorts } from './search/search-ports.js';

/** Buffers of answers that wait for their next use. */
const BUFFERS_IDLE_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of answers that clients have not taken yet; more of them come as streams, a piece at a time. */
const BUFFERS_LENT_BYTES_MAX = 256 * 1024 * 1024;
/** Decoded frames that are kept for the next reader. */
const KEPT_FRAMES_BYTES_MAX = 64 * 1024 * 1024;

/** Searchers of whom what was known is kept, to plan their next search by. */
const SEARCHERS_KNOWN_MAX = 10_000;

/** What searching, retrieving and rendering are given. */
export function readProviders({
  objects,
  findable,
  searching,
  ids,
  keys,
  recordAccess,
  decode,
  display,
  policyInForce = () => accessPolicy,
  personNamed,
  wallMs,
}: Ports & Readonly<{ personNamed: PersonNamed }>): Provider[] {
  const readExtract = readExtracts(objects, keys);
  const choose = representationChooser();
  const buffers = bufferPool({
    idleBytesMax: BUFFERS_IDLE_BYTES_MAX,
    lentBytesMax: BUFFERS_LENT_BYTES_MAX,
  });
  const retrieve = {
    objects,
    findable,
    ids,
    decode,
    readExtract,
    choose,
    buffers,
    keptFrames: keptFrames({ bytesMax: KEPT_FRAMES_BYTES_MAX }),
  };
  const render = {
    ...retrieve,
    display,
    keptPictures: keptFrames({ bytesMax: KEPT_PICTURES_BYTES_MAX }),
    gate: pictureGate(),
    encoders: encoderGate(),
    animators: animatorGate(),
  };
  const search = {
    ...{ ids, readExtract, policyInForce, personNamed, wallMs, recordAccess },
    findable: searching?.findable ?? findable,
    inOneGo: searching?.inOneGo,
    knownBefore: boundedCache<Known>(SEARCHERS_KNOWN_MAX),
  };
  return [
    { provide: RENDER, useValue: render satisfies RenderPorts },
    RetrieveRenderedHandler,
    RetrieveThumbnailHandler,
    { provide: RETRIEVE, useValue: retrieve satisfies RetrieveFramesPorts },
    { provide: SEARCH, useValue: search satisfies SearchingPorts },
    SearchHandler,
    RetrieveInstancesHandler,
    RetrieveMetadataHandler,
    RetrieveFramesHandler,
    RetrieveBulkdataHandler,
    RetrieveBulkResourceHandler,
  ];
}

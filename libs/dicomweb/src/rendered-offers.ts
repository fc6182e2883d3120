import type { Offer } from './negotiate.js';

/** What a rendered resource consists of. */
export type RenderedKind =
  | Readonly<{ kind: 'picture' }>
  /** One instance of several frames: a still of one of them, all as parts, or all as one animation. */
  | Readonly<{ kind: 'moving' }>
  /** Frames of a list. */
  | Readonly<{ kind: 'frames' }>
  /** Series and studies, which go in parts only (PS3.18 §10.4.4, note 3). */
  | Readonly<{ kind: 'pictures' }>
  | Readonly<{ kind: 'documents'; mediaTypes: readonly string[] }>
  | Readonly<{ kind: 'document'; mediaTypes: readonly string[] }>;

export const JPEG = 'image/jpeg';
export const PNG = 'image/png';
export const GIF = 'image/gif';

const offer = (mediaType: string, multipart: boolean): Offer => ({
  mediaType,
  multipart,
  asStored: true,
  byDefault: true,
});

const singles = (...types: readonly string[]) => types.map((type) => offer(type, false));
const parts = (...types: readonly string[]) => types.map((type) => offer(type, true));

/** Ways to have a rendered resource (PS3.18 Table 8.7.4-1, §10.4.4), best first. */
export function renderedOffers(resource: RenderedKind): readonly Offer[] {
  switch (resource.kind) {
    case 'picture':
    case 'moving':
      return [...singles(JPEG, PNG, GIF), ...parts(JPEG, PNG, GIF)];
    case 'frames':
      return [...parts(JPEG, PNG, GIF), ...singles(GIF)];
    case 'pictures':
      return parts(JPEG, PNG, GIF);
    case 'document':
      return [...singles(...resource.mediaTypes), ...parts(...resource.mediaTypes)];
    case 'documents':
      return parts(...resource.mediaTypes);
  }
}

/** A thumbnail is one picture and never goes in parts. */
export const thumbnailOffers = (): readonly Offer[] => singles(JPEG, PNG, GIF);

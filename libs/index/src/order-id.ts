import type { OpaqueIds } from './opaque-ids.js';

/**
 * The opaque id of a hospital's order by the number that its placer gave it (ORC-2, ServiceRequest.identifier). A draft has none: what tells it from
 * others of the hospital will do, such as the hook's instance and the id of the resource.
 */
export const orderId = ({ care }: Pick<OpaqueIds, 'care'>, hospital: string, number: string) =>
  care('imaging-order', hospital, number);

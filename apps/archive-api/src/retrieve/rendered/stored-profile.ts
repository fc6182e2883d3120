import { itemsIn } from '#dicom/attributes';
import { BULKDATA_MARKER } from '#dicom/read-inline';
import type { IccProfile } from '#dicomweb/rendering-query';
import { badRequest, ProblemException } from '../../problem.js';
import type { ReadPorts } from '../read-instance.js';
import { type OpenedInstance, readSmallValue } from './bulk-value.js';

const ICC_PROFILE = '00282000';
const OPTICAL_PATHS = '00480105';

/** The profile that the data set brings (PS3.3 §C.11.15), its bytes untouched; undefined when it brings none. Colours are not converted: 400 for who wants sRGB of pixels in another space. */
export async function storedProfile(
  ports: ReadPorts,
  opened: OpenedInstance,
  wanted: Exclude<IccProfile, 'none'>,
): Promise<Buffer | undefined> {
  const holder = [opened.dataSet, ...itemsIn(opened.dataSet, OPTICAL_PATHS)].find(
    (candidate) => candidate[ICC_PROFILE] !== undefined,
  );
  const element = holder?.[ICC_PROFILE];
  if (element === undefined) return undefined;
  if (wanted === 'srgb')
    throw new ProblemException(
      badRequest('iccprofile: this image has a profile of its own; no and yes are supported.'),
    );
  if (element.InlineBinary !== undefined) return Buffer.from(element.InlineBinary, 'base64');
  const path = element.BulkDataURI?.slice(BULKDATA_MARKER.length);
  return path === undefined ? undefined : readSmallValue(ports, opened)(path);
}

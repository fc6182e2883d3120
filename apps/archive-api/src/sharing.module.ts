import type { Provider, Type } from '@nestjs/common';
import { cdsControllers, cdsProviders } from './cds/cds.module.js';
import { changesControllers, changesProviders } from './changes/changes.module.js';
import { custodyControllers, custodyProviders } from './custody/custody.module.js';
import { fhirControllers, fhirProviders } from './fhir/fhir.module.js';
import { manifestControllers, manifestProviders } from './manifests/manifests.module.js';
import { orderControllers, orderProviders } from './orders/orders.module.js';
import type { Ports } from './ports.js';
import { rejectionsControllers, rejectionsProviders } from './rejections/rejections.module.js';

/** What serves the nation beside DICOMweb: FHIR, manifests, order checks, the feed of changes; and what was rejected. */
export const sharingControllers: readonly Type[] = [
  ...fhirControllers,
  ...manifestControllers,
  ...cdsControllers,
  ...orderControllers,
  ...changesControllers,
  ...custodyControllers,
  ...rejectionsControllers,
];

export const sharingProviders = (ports: Ports): readonly Provider[] => [
  ...fhirProviders(ports),
  ...manifestProviders(ports),
  ...cdsProviders(ports),
  ...orderProviders(ports),
  ...changesProviders(ports),
  ...custodyProviders(ports),
  ...rejectionsProviders(ports),
];

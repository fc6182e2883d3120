import type { SearchingPorts } from '../../search/search-ports.js';
import type { FhirPorts } from '../fhir-ports.js';
import type { SiteTerms } from './body-site.js';

export const IMAGING = Symbol('Imaging');

/** What the FHIR routes of studies are given. */
export type ImagingPorts = SearchingPorts & FhirPorts & Readonly<{ terms: SiteTerms }>;

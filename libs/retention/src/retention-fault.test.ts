import { expect, test } from 'vitest';
import { RETENTION_TABLE } from './built-in-policies.js';
import { faultOfRetention } from './retention-fault.js';
import type { RetentionPolicy } from './retention-policy.js';

const [first] = RETENTION_TABLE.policies;
const rule = first!.rules[0]!;
const faultOf = (given: Partial<RetentionPolicy>) =>
  faultOfRetention({ version: 'v', policies: [{ ...first!, ...given }] });

test.each([
  ['ids-repeated', { rules: [rule, rule] }],
  ['without-rules', { rules: [] }],
  ['duration-unreadable', { rules: [{ ...rule, keep: '10 years' }] }],
  ['duration-unreadable', { rules: [{ ...rule, when: { diedWithin: 'ten' } }] }],
  ['birthday-in-years', { rules: [{ ...rule, trigger: 'birthday', keep: 'P28Y1M' }] }],
  ['mark-missing', { rules: [{ ...rule, trigger: 'mark' }] }],
  ['range-empty', { appliesTo: { ageAtExam: { from: 18, below: 18 } } }],
  ['range-empty', { appliesTo: { madeFrom: '2020-01-01', madeBefore: '2019-01-01' } }],
  ['range-empty', { appliesTo: { madeFrom: '2020-02-30' } }],
  ['max-forever', { mode: 'max', rules: [{ ...rule, keep: 'forever' }] }],
] as const)('%s is told', (fault, given) => expect(faultOf(given)).toBe(fault));
test('two policies of one id', () =>
  expect(faultOfRetention({ version: 'v', policies: [first!, first!] })).toBe('ids-repeated'));

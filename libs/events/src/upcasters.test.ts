import { expect, test } from 'vitest';
import { currentSchema, type Upcasters, upcast } from './upcasters.js';

type Named = { name: string };
const upcasters: Upcasters = {
  Counted: [
    ({ data, personal }) => ({ data: { count: data }, personal }),
    ({ data, personal }) => ({
      data: { ...(data as object), unit: 'piece' },
      personal: personal && { names: [(personal as Named).name] },
    }),
  ],
};
const counted = (schema: number) => ({ type: 'Counted', schema });

test('an old event is led from its schema to the current one, step by step', () => {
  expect(upcast(upcasters, counted(1), { data: 3, personal: { name: 'x' } })).toEqual({
    data: { count: 3, unit: 'piece' },
    personal: { names: ['x'] },
  });
  expect(upcast(upcasters, counted(2), { data: { count: 3 }, personal: undefined })).toEqual({
    data: { count: 3, unit: 'piece' },
    personal: undefined,
  });
});

test('an event of the current schema stays as it is', () => {
  const parts = { data: { count: 1, unit: 'kg' }, personal: undefined };
  expect(upcast(upcasters, counted(3), parts)).toBe(parts);
  expect(upcast(upcasters, { type: 'Other', schema: 1 }, parts)).toBe(parts);
});

test('a type without steps is at schema 1, whatever objects inherit', () => {
  expect(currentSchema(upcasters, 'Counted')).toBe(3);
  expect(currentSchema(upcasters, 'Other')).toBe(1);
  expect(currentSchema(upcasters, 'constructor')).toBe(1);
});

test('an event of a schema that is not known yet is a fault', () =>
  expect(() => upcast(upcasters, counted(4), { data: 1, personal: undefined })).toThrow(
    'Counted has schema 4, known up to 3',
  ));

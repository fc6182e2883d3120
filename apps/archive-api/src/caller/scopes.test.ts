import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '#archive/access/access-words';
import { scopeNeed } from './scope-need.js';
import { type Permission, readScopes, scopeReach, understoodScopes } from './scopes.js';
import { withinScopes } from './within-scopes.js';

const SEARCH = { resource: 'ImagingStudy', permissions: ['s'] as Permission[] };
const reach = (scope: string, need = SEARCH) => scopeReach(readScopes(scope) ?? [], need);

test.each([
  ['user/ImagingStudy.rs', 'all'],
  ['patient/ImagingStudy.rs', 'patient'],
  ['patient/ImagingStudy.rs system/ImagingStudy.s', 'all'],
  ['user/ImagingStudy.read', 'all'],
  ['user/ImagingStudy.write', 'nothing'],
  ['user/ImagingStudy.*', 'all'],
  ['patient/*.cruds', 'patient'],
  ['user/ImagingStudy.r', 'nothing'],
  ['user/ImagingStudy.', 'nothing'],
  ['user/ImagingStudy.rsx', 'nothing'],
  ['user/ImagingStudy.rs?status=available', 'nothing'],
  ['user/Patient.rs', 'nothing'],
  ['staff/ImagingStudy.rs', 'nothing'],
])('%s lets a search %s', (scope, expected) => expect(reach(scope)).toBe(expected));

test.each(['', 'openid', 'openid profile email offline_access', 'roles web-origins'])(
  '"%s" says nothing of data: the token is not limited by scopes',
  (scope) => expect(readScopes(scope)).toBeUndefined(),
);
test.each(['launch', 'launch/patient openid', 'fhirUser', 'user/nonsense', 'patient/'])(
  '"%s" is of an app, and lets nothing by itself',
  (scope) => expect(readScopes(scope)).toEqual([]),
);

describe('storing', () => {
  const store = { resource: 'dicom.store', permissions: ['c'] as Permission[] };
  test('has its own scope, which no other includes', () => {
    expect(reach('system/dicom.store', store)).toBe('all');
    expect(reach('system/*.cruds user/ImagingStudy.cruds', store)).toBe('nothing');
    expect(reach('patient/dicom.store', store)).toBe('nothing');
  });
});

test('of what a machine asks for, only what is understood is given', () =>
  expect(understoodScopes('system/ImagingStudy.rs system/x openid system/dicom.store')).toEqual([
    'system/ImagingStudy.rs',
    'system/dicom.store',
  ]));

const word = fc.oneof(
  fc.constantFrom(
    ...['user/ImagingStudy.rs', 'patient/ImagingStudy.rs', 'patient/Patient.rs', 'user/*.cruds'],
    ...['system/dicom.store', 'launch/patient', 'openid', 'patient/*.read', 'user/AuditEvent.rs'],
  ),
  fc.string(),
);
const route = fc.constantFrom(
  ...['/dicom-web/studies', '/fhir/ImagingStudy', '/fhir/ImagingStudy/:id', '/fhir/Patient'],
);

test('scopes only take away, and one more never takes', () => {
  const caller = { hospital: 'H', roles: [] } as unknown as Parameters<typeof withinScopes>[0];
  fc.assert(
    fc.property(
      ...([fc.array(word), word, fc.constantFrom(...ACTIONS), route] as const),
      (words, more, action, template) => {
        const limited = (all: readonly string[]) =>
          withinScopes(
            { ...caller, scopes: readScopes(['launch', ...all].join(' ')) ?? [], context: 'p' },
            action,
            template,
          );
        const [one, two] = [limited(words), limited([...words, more])];
        const wide = (found: typeof one) => {
          if (found === undefined) return 0;
          return found.onlyPerson === undefined ? 2 : 1;
        };
        expect(wide(two)).toBeGreaterThanOrEqual(wide(one));
        if (scopeNeed(action, template) === undefined) expect(two).toBeUndefined();
      },
    ),
  );
});

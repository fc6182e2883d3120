/** What may be done with a resource (SMART App Launch 2, scopes): create, read, update, delete, search. */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's';

/** One scope of a token: in which context, to which type of resource. `*`: to all of FHIR. */
export type Scope = Readonly<{
  context: 'patient' | 'user' | 'system';
  resource: string;
  permissions: string;
}>;

/** What a request needs of the scopes of its token. */
export type ScopeNeed = Readonly<{ resource: string; permissions: readonly Permission[] }>;

/** As far as scopes let: `all` that the holder may, only what is about the `patient` of the token, or `nothing`. */
export type ScopeReach = 'all' | 'patient' | 'nothing';

/** Storing is of DICOM, not of FHIR: it has a scope of its own, which no other includes. */
export const STORE_SCOPE = 'dicom.store';

const RESOURCE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{0,63})\.(\*|read|write|c?r?u?d?s?)$/;
const STORE = /^(user|system)\/dicom\.store$/;
/** What only says that the token was made for an app: then it is one with scopes, whether it names any resource or not. */
const OF_APPS = /^(?:launch(?:\/.*)?|fhirUser|(?:patient|user|system)\/.*)$/;
/** The words of SMART App Launch 1. */
const OLD_WORDS: Readonly<Record<string, string>> = { '*': 'cruds', read: 'rs', write: 'cud' };
const SCOPES_MAX = 200;

/**
 * The scopes of a token that say anything of data. Undefined when it isn't limited by scopes: it has none, or only such as say who signed in
 * (`openid`, `profile`). A scope that isn't understood, or narrows a type in a way that isn't known here, lets nothing.
 */
export function readScopes(text: string): readonly Scope[] | undefined {
  const words = text.split(' ').filter((word) => word !== '');
  if (!words.some((word) => OF_APPS.test(word))) return undefined;
  return words.slice(0, SCOPES_MAX).flatMap(scopeIn);
}

const CHARACTERS_MAX = 4_096;

/** Of the scopes that a machine asks for, those that mean something here. */
export const understoodScopes = (text: string): readonly string[] =>
  text
    .slice(0, CHARACTERS_MAX)
    .split(' ')
    .filter((word) => scopeIn(word).length > 0)
    .slice(0, SCOPES_MAX);

const scopeIn = (word: string): readonly Scope[] => {
  const [, of] = STORE.exec(word) ?? [];
  if (of !== undefined)
    return [{ context: of as Scope['context'], resource: STORE_SCOPE, permissions: 'c' }];
  const [, context, resource, stated = ''] = RESOURCE.exec(word) ?? [];
  if (context === undefined || resource === undefined || stated === '') return [];
  const permissions = OLD_WORDS[stated] ?? stated;
  return [{ context: context as Scope['context'], resource, permissions }];
};

/** How far scopes let a request that needs this; one of the permissions is enough. */
export function scopeReach(
  scopes: readonly Scope[],
  { resource, permissions }: ScopeNeed,
): ScopeReach {
  const fitting = scopes.filter(
    (scope) =>
      (scope.resource === resource || (scope.resource === '*' && resource !== STORE_SCOPE)) &&
      permissions.some((permission) => scope.permissions.includes(permission)),
  );
  if (fitting.some(({ context }) => context !== 'patient')) return 'all';
  return fitting.length > 0 ? 'patient' : 'nothing';
}

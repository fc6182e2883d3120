import type { StatedPatient } from '#archive/catalogue';
import { type Authorities, identifierOf } from '#archive/identity/patient-identifier';
import type { Demographics, PatientName } from '#archive/identity-events';
import { columnText, type HeaderJson, textOf } from './header-json.js';

/** Person Name has up to three component groups (PS3.5 §6.2.1.1), in this order. */
const SCRIPTS = ['alphabetic', 'ideographic', 'phonetic'] as const;
const SEXES = ['M', 'F', 'O'];
const DATE = /^\d{8}$/;

/** Whom a header names as its patient; undefined when it names nobody. */
export function statedPatient(
  header: HeaderJson,
  authorities: Authorities,
): StatedPatient | undefined {
  const qualifiers = (header['00100024']?.Value?.[0] ?? {}) as HeaderJson;
  const identifier = identifierOf(
    {
      value: columnText(textOf(header, '00100020')),
      issuer: columnText(textOf(header, '00100021')),
      universalId: columnText(textOf(qualifiers, '00400032')),
      universalIdType: columnText(textOf(qualifiers, '00400033')),
    },
    authorities,
  );
  return identifier && { ...identifier, demographics: demographicsOf(header) };
}

const demographicsOf = (header: HeaderJson): Demographics => {
  const birthDate = textOf(header, '00100030');
  const sex = textOf(header, '00100040');
  return {
    names: namesOf(columnText(textOf(header, '00100010'))),
    birthDate: DATE.test(birthDate) ? birthDate : '',
    sex: SEXES.includes(sex) ? sex : '',
  };
};

/** The names in a person name's text: groups by '=', components by '^': family, given, middle. */
export const namesOf = (text: string): readonly PatientName[] =>
  text.split('=', SCRIPTS.length).flatMap((group, index) => {
    const [family = '', ...given] = group.split('^', 3).map((component) => component.trim());
    const name = { family, given: given.filter((one) => one !== '') };
    const script = SCRIPTS[index];
    return script === undefined || (family === '' && name.given.length === 0)
      ? []
      : [{ script, ...name }];
  });

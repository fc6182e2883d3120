import type { StatedPatient } from '#archive/catalogue';
import type { Authorities } from '#archive/identity/patient-identifier';
import type { HeaderJson } from '#index/header-json';
import type { OpaqueIds } from '#index/opaque-ids';
import { statedPatient } from '#index/stated-patient';

/** Whom an instance names: the identifier, its opaque id, and the authority that its hospital's silence stands for. */
export type NamedPatient = StatedPatient & Readonly<{ patient: string; own: string }>;

/** Whom a header names; undefined when it names nobody. */
export function namedPatient(
  header: HeaderJson,
  ids: Pick<OpaqueIds, 'patient'>,
  authorities: Authorities,
): NamedPatient | undefined {
  const stated = statedPatient(header, authorities);
  if (stated === undefined) return undefined;
  const patient = ids.patient(stated.authority, stated.value);
  return { ...stated, patient, own: authorities.own };
}

import type { ArrivingPatient, StudyPatient } from '#archive/intake/other-patient';

/** Whose studies are, and whom identifiers are of, by claim and by patient; what isn't known is left out. `disposed`: those of the studies that were disposed of. */
export type KnownPatients = Readonly<{
  studies: ReadonlyMap<string, StudyPatient>;
  people: ReadonlyMap<string, string>;
  disposed: ReadonlySet<string>;
}>;

export const NOBODY_KNOWN: KnownPatients = {
  studies: new Map(),
  people: new Map(),
  disposed: new Set(),
};

/** An identifier as it arrives: someone of its own until somebody has linked it. */
export const arrivingPatient = (
  { patient, authority, value }: Omit<ArrivingPatient, 'person'>,
  { people }: KnownPatients,
): ArrivingPatient => ({ patient, authority, value, person: people.get(patient) ?? patient });

/** Who an instance says its patient is; opaque ids, and the identifier itself. */
export type ArrivingPatient = Readonly<{
  patient: string;
  /** Whom the identifier is of now; the identifier itself when it isn't linked to another. */
  person: string;
  authority: string;
  value: string;
}>;

/** Whose the study is. `origin` is whom its first instances named, with that identifier; '' throughout when they named nobody. */
export type StudyPatient = Readonly<{
  patient: string;
  person: string;
  origin: string;
  authority: string;
  value: string;
}>;

/**
 * Whether an instance would bring another human into a study. It doesn't when it names nobody, or the study has nobody, or the patient whom
 * the study is of or was first of, or an identifier that is linked to that person, or the same value without saying who assigned it (`own`:
 * the authority that the hospital's silence stands for).
 */
export function isOtherPatient(
  arriving: ArrivingPatient | undefined,
  study: StudyPatient | undefined,
  own: string,
): boolean {
  if (arriving === undefined || study === undefined || study.origin === '') return false;
  if ([study.patient, study.origin].includes(arriving.patient)) return false;
  if (arriving.person === study.person) return false;
  const unqualified = arriving.authority === own || study.authority === own;
  return !(unqualified && arriving.value === study.value);
}

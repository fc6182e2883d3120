import type { StatedPatient } from '#archive/catalogue';
import { type PatientColumns, patientColumns } from './patient-columns.js';

/** A row of `study_access`, and with it the row of its patient's identifier, when the study names one. */
export type AccessRow = Readonly<{
  claim: string;
  hospital: string;
  study_uid: string;
  study_date: string;
  study_time: string;
  patient: string;
  authority: string;
  value: string;
}> &
  PatientColumns;

/** A study as the first facts tell of it. `patient`: the opaque id, '' when they name nobody. */
export type StudyOfPatient = Readonly<{
  claim: string;
  hospital: string;
  studyUid: string;
  date: string;
  time: string;
  patient: string;
  stated: StatedPatient | undefined;
}>;

const NOBODY: StatedPatient = {
  authority: '',
  value: '',
  demographics: { names: [], birthDate: '', sex: '' },
};

/** The rows that make a study somebody's. */
export function accessRow({ stated = NOBODY, ...study }: StudyOfPatient): AccessRow {
  return {
    claim: study.claim,
    hospital: study.hospital,
    study_uid: study.studyUid,
    study_date: study.date,
    study_time: study.time,
    patient: study.patient,
    authority: stated.authority,
    value: stated.value,
    ...patientColumns(stated.demographics),
  };
}

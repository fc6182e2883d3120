import { requestedHospital } from './asked-hospital.mjs';
import { seriesOf } from './population/series.mjs';
import { studyOf } from './population/study.mjs';

/** Lower case without accents: names are compared so. */
export const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * What the generator knows of the studies that one hospital has among the first `count`: in the order in which a search gives them, latest
 * first. `seriesOf` tells the series of one.
 */
export function knownStudies({ plan, count }) {
  const own = [];
  for (let number = 0; number < count; number += 1) {
    const study = studyOf(plan.seed, number);
    if (study.hospital === requestedHospital) own.push(briefly(study));
  }
  own.sort(byMoment);
  return {
    studies: own,
    seriesOf: ({ number }) =>
      seriesOf(studyOf(plan.seed, number), number < plan.full ? 1 : plan.thin),
  };
}

const briefly = ({
  number,
  uid,
  date,
  time,
  kind,
  patientId,
  person,
  accession,
  referring,
  description,
}) => ({
  number,
  uid,
  date,
  time,
  modality: kind.modality,
  patientId,
  name: person.name,
  folded: fold(person.name),
  birthDate: person.birthDate,
  accession,
  referring,
  description,
});

const byMoment = (a, b) =>
  compare(b.date, a.date) || compare(b.time, a.time) || compare(a.uid, b.uid);

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import { fold } from './known.mjs';
import { isSampled } from './made-job.mjs';

/**
 * Kinds of search. `make(draw, known, plan)` gives the `path` behind the DICOMweb root, how many results there are behind it in all (`count`), and
 * the UID of the first of them where the order is known (`first`); with `least`, `count` is only the least there can be.
 */
export const kindsOfSearch = [
  kind('PatientID', (study, { studies }) =>
    studiesAsked(
      { PatientID: study.patientId },
      studies.filter((one) => one.patientId === study.patientId),
    ),
  ),
  kind('PatientID, nobody', (study) => studiesAsked({ PatientID: `X${study.patientId}` }, [])),
  kind('PatientName, 5 letters and *', (study, { studies }) => {
    const beginning = Array.from(study.name).slice(0, 5).join('');
    const wanted = fold(beginning);
    return studiesAsked(
      { PatientName: `${beginning}*`, limit: 50 },
      studies.filter(({ folded }) => folded.startsWith(wanted)),
    );
  }),
  kind('PatientName, whole', (study, { studies }) =>
    studiesAsked(
      { PatientName: study.name, limit: 50 },
      studies.filter(({ folded }) => folded === study.folded),
    ),
  ),
  kind('PatientName, fuzzy', (study, { studies }) => ({
    ...studiesAsked(
      { PatientName: study.folded, fuzzymatching: true, limit: 50 },
      studies.filter(({ folded }) => folded === study.folded),
    ),
    first: undefined,
    least: true,
  })),
  kind('PatientName, *middle*', (study, { studies }) => {
    const middle = study.folded.replace(/\^.*/, '').slice(1, 6);
    return studiesAsked(
      { PatientName: `*${middle}*`, limit: 50 },
      studies.filter(({ folded }) => folded.includes(middle)),
    );
  }),
  kind('name and birth date', (study, { studies }) => {
    const beginning = study.folded.slice(0, 3);
    return studiesAsked(
      { PatientName: `${beginning}*`, PatientBirthDate: study.birthDate },
      studies.filter(
        (one) => one.birthDate === study.birthDate && one.folded.startsWith(beginning),
      ),
    );
  }),
  kind('birth date alone', (study, { studies }) =>
    studiesAsked(
      { PatientBirthDate: study.birthDate, limit: 50 },
      studies.filter((one) => one.birthDate === study.birthDate),
    ),
  ),
  kind('StudyDate, one day', (study, { studies }) =>
    studiesAsked(
      { StudyDate: study.date, limit: 100 },
      studies.filter(({ date }) => date === study.date),
    ),
  ),
  kind('week and modality CT', (study, { studies }) => {
    const [from, to] = weekOf(study.date);
    return studiesAsked(
      { StudyDate: `${from}-${to}`, ModalitiesInStudy: 'CT', limit: 100 },
      studies.filter(({ date, modality }) => date >= from && date <= to && modality === 'CT'),
    );
  }),
  kind('year and modality PT', (study, { studies }) => {
    const year = study.date.slice(0, 4);
    return studiesAsked(
      { StudyDate: `${year}0101-${year}1231`, ModalitiesInStudy: 'PT', limit: 50 },
      studies.filter(({ date, modality }) => date.startsWith(year) && modality === 'PT'),
    );
  }),
  kind('ModalitiesInStudy, any', (study, { studies }) =>
    studiesAsked(
      { ModalitiesInStudy: study.modality, limit: 50 },
      studies.filter(({ modality }) => modality === study.modality),
    ),
  ),
  kind('ModalitiesInStudy, PT (0.6 %)', (_study, { studies }) =>
    studiesAsked(
      { ModalitiesInStudy: 'PT', limit: 50 },
      studies.filter(({ modality }) => modality === 'PT'),
    ),
  ),
  kind('AccessionNumber', (study) => studiesAsked({ AccessionNumber: study.accession }, [study])),
  kind('StudyInstanceUID', (study) => studiesAsked({ StudyInstanceUID: study.uid }, [study])),
  kind('ReferringPhysicianName and month', (study, { studies }) => {
    const month = study.date.slice(0, 6);
    return studiesAsked(
      { ReferringPhysicianName: study.referring, StudyDate: `${month}01-${month}31`, limit: 50 },
      studies.filter(
        ({ date, referring }) => date.startsWith(month) && referring === study.referring,
      ),
    );
  }),
  kind('ReferringPhysicianName', (study, { studies }) =>
    studiesAsked(
      { ReferringPhysicianName: study.referring, limit: 50 },
      studies.filter(({ referring }) => referring === study.referring),
    ),
  ),
  kind('StudyDescription, *word*', (study, { studies }) => {
    const word = study.description.split(/[ /]/)[0];
    return studiesAsked(
      { StudyDescription: `*${word}*`, limit: 50 },
      studies.filter(({ description }) => description.includes(word)),
    );
  }),
  kind('first page of 50 of all', (_study, { studies }) => studiesAsked({ limit: 50 }, studies)),
  kind('page of 50 at 40 % by offset', (_study, { studies }, { draw }) => {
    const offset = Math.floor(studies.length * 0.4) + draw.below(Math.ceil(studies.length / 10));
    return studiesAsked({ limit: 50, offset }, studies.slice(offset));
  }),
  {
    ...kind('page of 50 at 40 % by Link', (_study, { studies }, { draw }) => {
      const offset = Math.floor(studies.length * 0.4) + draw.below(Math.ceil(studies.length / 10));
      return {
        ...studiesAsked({ limit: 50 }, studies.slice(offset + 50)),
        ahead: `/studies?limit=50&offset=${offset}`,
        behind: studies[offset + 49],
      };
    }),
  },
  kind(
    'a study, includefield=all',
    (study) => studiesAsked({ StudyInstanceUID: study.uid, includefield: 'all' }, [study]),
    { sampled: true },
  ),
  kind('series of a study', (study, known) => {
    const series = known.seriesOf(study);
    return { path: `/studies/${study.uid}/series`, count: series.length, first: series[0].uid };
  }),
  kind('instances of a study', (study, known) => {
    const series = known.seriesOf(study);
    return {
      path: `/studies/${study.uid}/instances`,
      count: sum(series),
      first: `${series[0].uid}.1`,
    };
  }),
  kind('instances of a series', (study, known) => {
    const series = known.seriesOf(study).at(-1);
    return {
      path: `/studies/${study.uid}/series/${series.uid}/instances`,
      count: series.instances,
      first: `${series.uid}.1`,
    };
  }),
  kind('SOPInstanceUID, no study named', (study, known) => {
    const uid = `${known.seriesOf(study).at(-1).uid}.1`;
    return { path: `/instances?SOPInstanceUID=${uid}`, count: 1, first: uid };
  }),
  kind('all series, Modality MR', (_study, known) => ({
    path: '/series?Modality=MR&limit=50',
    count: 9 * known.studies.filter(({ modality }) => modality === 'MR').length,
  })),
];

function kind(label, make, { sampled = false } = {}) {
  return {
    label,
    sampled,
    make(draw, known, plan) {
      const from = sampled ? sampledOf(known, plan) : known.studies;
      return make(draw.pick(from), known, { draw });
    },
  };
}

const sampledStudies = new WeakMap();

function sampledOf(known, plan) {
  const found =
    sampledStudies.get(known) ?? known.studies.filter(({ number }) => isSampled(number, plan));
  sampledStudies.set(known, found);
  return found;
}

function studiesAsked(parameters, fitting) {
  const query = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return { path: `/studies?${query.join('&')}`, count: fitting.length, first: fitting[0]?.uid };
}

function weekOf(date) {
  const start = Date.UTC(date.slice(0, 4), date.slice(4, 6) - 1, date.slice(6));
  return [start, start + 6 * 86_400_000].map((ms) =>
    new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''),
  );
}

const sum = (series) => series.reduce((total, { instances }) => total + instances, 0);

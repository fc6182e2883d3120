import { drawFor, uidOf } from './draw.mjs';
import { kindOf } from './kinds.mjs';
import { familyName, givenNames } from './names.mjs';

/** Streams of numbers that have nothing to do with each other. */
const draws = { study: 1, patient: 2, member: 3, physician: 4 };
const hospitals = [
  'HOSP-A',
  'HOSP-A',
  'HOSP-A',
  'HOSP-A',
  'HOSP-A',
  'HOSP-B',
  'HOSP-B',
  'HOSP-B',
  'HOSP-C',
  'HOSP-C',
];
/** So many studies that follow each other share so many patients: 3.3 exams each, whatever the size of the whole. */
const window = { studies: 4096, patients: 1240 };
const physicians = 400;
const firstDay = Date.UTC(2016, 0, 1);
const days = 3650;
const dayMs = 86_400_000;

/** Those who send and read; the first has half of the studies. */
export const hospitalCodes = ['HOSP-A', 'HOSP-B', 'HOSP-C'];

/** Study `number` (from 0) of the population with this seed: all that a search can ask of it. */
export function studyOf(seed, number) {
  const draw = drawFor(seed, draws.study, number);
  const person = personOf(seed, patientOf(seed, number));
  const kind = kindOf(draw);
  const hospital = draw.below(20) === 0 ? draw.pick(hospitals) : person.hospital;
  return {
    seed,
    number,
    person,
    kind,
    hospital,
    patientId: `${hospital.slice(-1)}${person.id}`,
    date: dateOf(firstDay + draw.below(days) * dayMs),
    time: `${two(7 + draw.below(13))}${two(draw.below(60))}${two(draw.below(60))}`,
    accession: `${hospital.slice(-1)}${String(20_000_000 + number)}`,
    referring: physicianOf(seed, draw.below(physicians)),
    description: draw.pick(kind.studies),
    uid: uidOf(draw, number, 0),
  };
}

function patientOf(seed, number) {
  const nth = Math.floor(number / window.studies);
  return nth * window.patients + drawFor(seed, draws.member, number).below(window.patients);
}

function personOf(seed, number) {
  const draw = drawFor(seed, draws.patient, number);
  const sex = draw.below(2) === 0 ? 'F' : 'M';
  return {
    sex,
    name: `${familyName(draw)}^${givenNames(draw, sex)}`,
    id: String(1_000_000 + number),
    hospital: draw.pick(hospitals),
    birthDate: dateOf(Date.UTC(1930, 0, 1) + draw.below(34_000) * dayMs),
  };
}

const physicianNames = new Map();

function physicianOf(seed, number) {
  const key = `${seed} ${number}`;
  const known = physicianNames.get(key);
  if (known !== undefined) return known;
  const draw = drawFor(seed, draws.physician, number);
  const sex = draw.below(2) === 0 ? 'F' : 'M';
  const name = `${familyName(draw)}^${givenNames(draw, sex)}^^Dr`;
  physicianNames.set(key, name);
  return name;
}

const two = (number) => String(number).padStart(2, '0');
const dateOf = (ms) => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

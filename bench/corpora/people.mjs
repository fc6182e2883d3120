const first = ['Ba', 'Ce', 'Di', 'Fo', 'Gu', 'Ka', 'Le', 'Mi', 'No', 'Pu'];
const second = ['bel', 'dor', 'fal', 'gan', 'hil', 'kor', 'lum', 'mer', 'nas', 'pol'];
/** Persons from this number on belong to the large corpora and match no search of the population. */
export const largeCorpora = 90_000;
const given = ['Anna', 'Bram', 'Clea', 'Dirk', 'Elsa', 'Finn', 'Gina', 'Hugo'];
const modalities = ['CT', 'MR', 'CR', 'DX', 'US'];

/** Surnames in the population; a name prefix matches one in so many of its studies. */
export const surnameCount = first.length * second.length;

/** Surname `number` of the population: made up, and unlike a name of any other data in the archive. */
export function surname(number) {
  const at = number % surnameCount;
  return `Xq${first[Math.floor(at / second.length)]}${second[at % second.length]}`;
}

/**
 * Who and when of study `number`. Copy 0 is the population that searches look for; copies above 0 are written only to
 * measure with, under other names, ids and dates, so that they never change what a search must answer.
 */
export function person({ copy, number }) {
  const id = `BENCH-${pad(copy, 5)}-${pad(number, 5)}`;
  if (copy > 0 || number >= largeCorpora) {
    return { id, name: `Zcopy^Nr${copy}`, date: '19710203', modality: 'CT' };
  }
  const name = `${surname(number)}^${given[number % given.length]}`;
  return { id, name, date: dayOf(number), modality: modalities[Math.floor(number / 7) % 5] };
}

/** Day `number` modulo 336 of 1985, of which each month has 28 days here. */
export function dayOf(number) {
  const day = number % 336;
  return `1985${pad(Math.floor(day / 28) + 1, 2)}${pad((day % 28) + 1, 2)}`;
}

export function pad(number, digits) {
  return String(number).padStart(digits, '0');
}

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { decideAccess } from '#archive/access/decide-access';
import { NO_STANDING } from '#archive/access/no-standing';
import { classify } from '#exams/classify';
import { codeKey } from '#exams/code-systems';
import { compareMatches } from '#exams/compare-matches';
import { gradePrior } from '#exams/grade-prior';
import { MATCH_WINDOWS } from '#exams/match-windows';
import { readMeaning } from '#exams/meaning';
import { readOrderSigns } from '#exams/order-signs';
import { parseTerms, TERM_FILES } from '#exams/terms';

const TERMS = new URL('../../libs/exams/terms/', import.meta.url);

/**
 * The archive's own answer to an order: its words are classified by the archive's terms and the hospital's catalogue, each candidate passes the
 * access decision and is graded. Gives `{ exam, priors, cards, ms }`, the cards as what matters most comes first; `without`: kinds of evidence that are taken away first.
 */
export function makeAnswer(hospitals, { without = [] } = {}) {
  const files = TERM_FILES.map((name) => [name, readFileSync(new URL(name, TERMS), 'utf8')]);
  const terms = parseTerms(Object.fromEntries(files));
  const termsOf = new Map(
    hospitals.map((each) => [each.name, withCatalogue(terms, each.catalogue)]),
  );
  const examOf = (hospital, words) => classify(take(words, without), termsOf.get(hospital.name));
  return (order) => {
    const priors = order.candidates.map((candidate) => ({
      candidate,
      prior: priorOf(candidate, examOf),
    }));
    const began = performance.now();
    const ordered = {
      exam: examOf(order.hospital, order.words),
      on: order.day,
      signs: readOrderSigns([order.reason]),
    };
    const cards = priors
      .filter(({ candidate }) => mayKnow(order.hospital, candidate))
      .map(({ candidate, prior }) => ({
        candidate,
        prior,
        match: gradePrior(ordered, prior, MATCH_WINDOWS),
      }))
      .filter(({ match }) => match.indicator !== 'none')
      .sort((one, other) => compareMatches(one.match, other.match));
    return { exam: ordered.exam, priors, cards, ms: performance.now() - began };
  };
}

const withCatalogue = (terms, catalogue) => ({
  ...terms,
  localCodes: new Map(
    catalogue.map(({ system, code, means }) => [codeKey(system, code), meaningOf(means, terms)]),
  ),
});

function meaningOf(means, { regions }) {
  const meaning = readMeaning(means, regions);
  if (meaning === undefined) throw new Error(`no such meaning: ${means}`);
  return meaning;
}

const priorOf = ({ hospital, words, day, state, quality, identity }, examOf) => ({
  ...{ exam: examOf(hospital, words), on: day, state, quality, identity },
});

/** A physician who has the order asks, as the access decision of the archive has it. */
function mayKnow({ name }, { hospital, human, confidentiality, opposed }) {
  const subject = {
    ...{
      actor: 'physician',
      organisation: name,
      group: '',
      roles: ['physician'],
      purpose: 'TREAT',
    },
    ...{ mfa: false, machine: false, person: null, onBehalfOf: null, crisis: false },
  };
  const study = {
    ...{ claim: '', hospital: hospital.name, group: '', person: String(human), confidentiality },
    ...{ tags: [], state: 'active', jurisdiction: '' },
  };
  const standing = { ...NO_STANDING, relationship: 'order', opposed };
  return decideAccess(subject, 'search', study, standing).outcome === 'permit';
}

const NOTHING = {
  codes: { codes: [] },
  'regions and body parts': { anatomicRegions: [], bodyParts: [] },
  descriptions: { descriptions: [] },
};
export const EVIDENCE = Object.keys(NOTHING);

/** Without descriptions the displays of codes are gone too. */
function take(words, without) {
  const left = Object.assign({}, words, ...without.map((kind) => NOTHING[kind]));
  if (!without.includes('descriptions')) return left;
  return { ...left, codes: left.codes.map((code) => ({ ...code, display: '' })) };
}

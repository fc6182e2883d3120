import { dayOf, person, surname, surnameCount } from '../corpora/people.mjs';
import { below } from '../corpora/random.mjs';
import {
  framesRequest,
  instanceRequest,
  instancesRequest,
  metadataRequest,
  pageRequest,
  searchRequest,
  spreadFrames,
  storeRequest,
  studyRequest,
} from './requests.mjs';

const listFrames = 10;
const queryDays = 7;

/**
 * What a client does, by name: each returns a function that makes the next request, or `undefined` when there is
 * none left. Store requests are made beforehand, so that building headers isn't measured.
 */
export const scenarios = {
  store(context, { corpus: name, copy, perRequest, countMax }) {
    const corpus = context.corpora[name];
    const requests = [];
    for (let sent = 0; sent < countMax; sent += perRequest) {
      requests.push(storeRequest(context, { corpus, ...batch(corpus, copy, sent, perRequest) }));
    }
    let at = 0;
    return () => requests[at++];
  },
  patient: (context) => () => {
    const number = below(context.random, context.corpora.small.count);
    const path = `/studies?PatientID=${person({ copy: 0, number }).id}`;
    return searchRequest(context, path, { uids: [context.corpora.small.uids(0, number).study] });
  },
  name: (context) => () => {
    const wanted = surname(below(context.random, surnameCount));
    const uids = studiesWhere(context, wanted, (who) => who.name.startsWith(wanted));
    return searchRequest(context, `/studies?PatientName=${wanted}*`, { uids });
  },
  date: (context) => () => {
    const first = below(context.random, 300);
    const [from, to] = [dayOf(first), dayOf(first + queryDays - 1)];
    const within = (who) => who.date >= from && who.date <= to && who.modality === 'CT';
    const path = `/studies?StudyDate=${from}-${to}&ModalitiesInStudy=CT`;
    return searchRequest(context, path, { uids: studiesWhere(context, from, within) });
  },
  page:
    (context, { limit, offset }) =>
    () =>
      pageRequest(context, `/studies?limit=${limit}&offset=${offset}`, limit),
  instances:
    (context, { copy }) =>
    () =>
      instancesRequest(context, context.corpora.ct, copy),
  metadata:
    (context, { copy }) =>
    () =>
      metadataRequest(context, context.corpora.ct, copy),
  frame: (context) => () => {
    const corpus = context.corpora.ct;
    const number = below(context.random, corpus.count);
    return framesRequest(context, { corpus, copy: 0, number, frameNumbers: [1] });
  },
  lastFrame:
    (context, { copy }) =>
    () => {
      const corpus = context.corpora.enhanced;
      return framesRequest(context, { corpus, copy, number: 0, frameNumbers: [corpus.frames] });
    },
  frameList: (context) => () => {
    const corpus = context.corpora.enhanced;
    const frameNumbers = spreadFrames(context.random, corpus.frames, listFrames);
    return framesRequest(context, { corpus, copy: 0, number: 0, frameNumbers });
  },
  instance(context) {
    const corpus = context.corpora.ct;
    const files = Array.from({ length: corpus.count }, (_, number) => corpus.file(0, number));
    return () => {
      const number = below(context.random, corpus.count);
      return instanceRequest(context, { uids: corpus.uids(0, number), file: files[number] });
    };
  },
  decode(context, { corpus: name, copy }) {
    const corpus = context.corpora[name];
    let number = -1;
    return () => {
      number = (number + 1) % corpus.count;
      return framesRequest(context, { corpus, copy, number, frameNumbers: [1], raw: true });
    };
  },
  study: (context, { copy }) => studyRequest(context, context.corpora.ct, copy),
};

/** Instances `sent`… of a corpus that begins anew, as the next copy, when it is through. */
function batch(corpus, copy, sent, perRequest) {
  const first = sent % corpus.count;
  const count = Math.min(perRequest, corpus.count - first);
  const numbers = Array.from({ length: count }, (_, at) => first + at);
  return { copy: copy + Math.floor(sent / corpus.count), numbers };
}

/** Study UIDs of the population whose person fits; each question `key` is answered once. */
function studiesWhere(context, key, fits) {
  const { small } = context.corpora;
  if (!context.matches.has(key)) {
    const numbers = Array.from({ length: small.count }, (_, number) => number);
    const matching = numbers.filter((number) => fits(person({ copy: 0, number })));
    context.matches.set(
      key,
      matching.map((number) => small.uids(0, number).study),
    );
  }
  return context.matches.get(key);
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { given } from '#events/decider.testing';
import type { Demographics, PatientEvent } from '../identity-events.js';
import { type PatientCommand, patientDecider } from './patient-decider.js';
import { peopleOfEdges } from './people.js';

const because = { source: 'HOSP-A', reason: 'A40' };
const anna: Demographics = {
  names: [{ script: 'alphabetic', family: 'Muster', given: ['Anna'] }],
  birthDate: '1970',
  sex: 'F',
};
const identify: PatientCommand = {
  type: 'identify',
  patient: 'p1',
  source: 'HOSP-A',
  authority: 'HOSP-A',
  value: '1',
  demographics: anna,
};
const identified: PatientEvent = {
  type: 'PatientIdentified',
  data: { patient: 'p1', source: 'HOSP-A' },
  personal: { authority: 'HOSP-A', value: '1', demographics: anna },
};
const merge: PatientCommand = {
  type: 'merge',
  patient: 'p1',
  other: 'p2',
  merge: 'm1',
  ...because,
};
const merged: PatientEvent = {
  type: 'IdentitiesMerged',
  data: { patient: 'p1', other: 'p2', merge: 'm1', ...because },
};
const unmerge: PatientCommand = { type: 'unmerge', patient: 'p1', merge: 'm1', ...because };
const unmerged: PatientEvent = {
  type: 'IdentitiesUnmerged',
  data: { patient: 'p1', merge: 'm1', ...because },
};
const reassign: PatientCommand = {
  type: 'reassign',
  patient: 'p1',
  other: 'p2',
  claim: 'c1',
  move: 'v1',
  ...because,
};

test('who is not known is identified', () =>
  given(patientDecider, []).when(identify).appends(identified));
test('the same said again is no news', () =>
  given(patientDecider, [identified]).when(identify).appends());
test('something else said of the person is news', () =>
  given(patientDecider, [identified])
    .when({ ...identify, demographics: { ...anna, birthDate: '19700203' } } as PatientCommand)
    .appends({
      type: 'DemographicsUpdated',
      data: { patient: 'p1', source: 'HOSP-A' },
      personal: { ...identified.personal, demographics: { ...anna, birthDate: '19700203' } },
    } as PatientEvent));
test('a merge is a fact', () => given(patientDecider, [identified]).when(merge).appends(merged));
test('a merge that is told twice is one', () =>
  given(patientDecider, [merged]).when(merge).appends());
test('nobody is merged with themselves', () =>
  given(patientDecider, [])
    .when({ ...merge, other: 'p1' } as PatientCommand)
    .refuses('itself'));
test('an id that stands for one merge can’t stand for another', () =>
  given(patientDecider, [merged])
    .when({ ...merge, other: 'p3' } as PatientCommand)
    .refuses('otherwise'));
test('a merge is undone', () => given(patientDecider, [merged]).when(unmerge).appends(unmerged));
test('what was never merged can’t be undone', () =>
  given(patientDecider, []).when(unmerge).refuses('unknown'));
test('an unlink doesn’t undo a merge', () =>
  given(patientDecider, [merged])
    .when({ type: 'unlink', patient: 'p1', link: 'm1', ...because })
    .refuses('unknown'));
test('to undo twice is no news', () =>
  given(patientDecider, [merged, unmerged]).when(unmerge).appends());
test('a late repeat of what was undone doesn’t bring it back', () =>
  given(patientDecider, [merged, unmerged]).when(merge).refuses('undone'));
test('a study is given to another patient, and given back', () => {
  const { type: _, ...data } = reassign as Extract<PatientCommand, { type: 'reassign' }>;
  const moved: PatientEvent = { type: 'StudyReassigned', data };
  given(patientDecider, []).when(reassign).appends(moved);
  given(patientDecider, [moved])
    .when({ type: 'return', patient: 'p1', move: 'v1', ...because })
    .appends({ type: 'StudyReturned', data: { patient: 'p1', move: 'v1', ...because } });
});

const node = fc.integer({ min: 0, max: 9 }).map((number) => `p${number}`);
const edge = fc.record({ patient: node, other: node });

test('a person is who hangs together, whatever the order of the edges', () =>
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 15 }), fc.infiniteStream(fc.nat()), (edges, keys) => {
      const nodes = Array.from({ length: 10 }, (_, index) => `p${index}`);
      const people = peopleOfEdges(nodes, edges);
      const order = new Map(edges.map((one) => [one, keys.next().value]));
      const shuffled = [...edges].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
      expect(peopleOfEdges(nodes, shuffled)).toEqual(people);
      for (const { patient, other } of edges) expect(people.get(patient)).toBe(people.get(other));
      for (const [patient, person] of people) expect(person <= patient).toBe(true);
    }),
  ));

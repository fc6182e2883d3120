import { expect, test } from 'vitest';
import { classify } from './classify.js';
import { type ExamWords, NO_WORDS } from './exam-words.js';
import { withCatalogues } from './local-codes.js';
import { testTerms } from './terms.testing.js';

const terms = testTerms();
const exam = (words: Partial<ExamWords>) => classify({ ...NO_WORDS, ...words }, terms);
const code = (system: string, value: string, display = '') => ({ system, value, display });

test('a description says what nothing surer does', () => {
  expect(exam({ descriptions: ['CT Thorax mit KM'] })).toEqual({
    group: 'CT',
    regions: ['chest'],
    coarse: ['67734004'],
    laterality: 'none',
    contrast: 'with',
    purposes: [],
    evidence: 'description',
    confidence: 0.9,
  });
});

test.each([
  ['IRM du genou gauche', 'MR', ['knee'], 'left'],
  ["Rx de l'épaule D", 'DX', ['shoulder'], 'right'],
  ['Mammasonographie bds.', 'US', ['breast'], 'both'],
  ['RM joelho dto', 'MR', ['knee'], 'right'],
  ['XR Hands Bilat', 'DX', ['hand'], 'both'],
  ['RX HANCHE', 'DX', ['hip'], 'unknown'],
])('%s is read with its side', (description, group, regions, laterality) => {
  expect(exam({ descriptions: [description] })).toMatchObject({ group, regions, laterality });
});

test.each([
  ['CT Abd/Pel w/wo', 'both'],
  ['TDM TAP sans puis avec injection', 'both'],
  ['CT Abdomen nativ', 'without'],
  ['TC abdome c/ contraste', 'with'],
  ['CT Abdomen', 'unknown'],
  ['Rx thorax', 'none'],
])('%s is read with its contrast', (description, contrast) => {
  expect(exam({ descriptions: [description] })).toMatchObject({ contrast });
});

test('a contrast agent in the headers says that there was contrast', () => {
  const words = { modalities: ['CT'], bodyParts: ['CHEST'], contrastAgents: ['Iomeron 350'] };
  expect(exam(words)).toMatchObject({ contrast: 'with' });
});

test('the surest source that names a region wins, and is told', () => {
  const words = {
    modalities: ['CT'],
    descriptions: ['CT Abdomen'],
    bodyParts: ['KNEE'],
    anatomicRegions: [code('SRT', 'T-A0100')],
    codes: [code('99LOCAL', 'X1'), code('http://loinc.org', '24627-2')],
  };
  expect(exam(words)).toMatchObject({ regions: ['chest'], evidence: 'procedure-code' });
  const local = { name: 'ris', system: 'urn:oid:1.2.3', designator: '99LOCAL' };
  const own = withCatalogues(terms, [{ ...local, codes: { X1: 'CT lumbar-spine' } }], 'own');
  const uncoded = { ...NO_WORDS, ...words, codes: [code('99LOCAL', 'X1')] };
  expect(classify(uncoded, own)).toMatchObject({
    regions: ['lumbar-spine'],
    evidence: 'local-code',
  });
  expect(classify(uncoded, terms)).toMatchObject({
    regions: ['head'],
    evidence: 'anatomic-region',
  });
  expect(exam({ ...words, codes: [], anatomicRegions: [] })).toMatchObject({
    regions: ['knee'],
    evidence: 'body-part',
  });
  expect(exam({ descriptions: ['lot 17'] })).toMatchObject({
    regions: [],
    coarse: [],
    evidence: 'none',
    confidence: 0,
  });
});

test('a description makes a body part finer and surer; one that contradicts it makes it doubtful', () => {
  const alone = exam({ modalities: ['MR'], bodyParts: ['ABDOMEN'] });
  const finer = exam({ modalities: ['MR'], bodyParts: ['ABDOMEN'], descriptions: ['Leber'] });
  const other = exam({ modalities: ['MR'], bodyParts: ['ABDOMEN'], descriptions: ['MRT Knie'] });
  expect(finer).toMatchObject({ regions: ['liver'], evidence: 'body-part' });
  expect(other).toMatchObject({ regions: ['abdomen'] });
  expect(finer.confidence).toBeGreaterThan(alone.confidence);
  expect(other.confidence).toBeLessThan(alone.confidence);
});

test('a body part of one series is not all that an exam has seen', () => {
  const words = {
    modalities: ['CT'],
    bodyParts: ['CHEST'],
    descriptions: ['CT TAP avec injection'],
  };
  expect(exam(words)).toMatchObject({ regions: ['abdomen', 'chest', 'pelvis'] });
});

test('the whole spine is its three parts, and a part is no more than itself', () => {
  const whole = ['cervical-spine', 'lumbar-spine', 'thoracic-spine'];
  expect(exam({ descriptions: ['IRM du rachis entier'] })).toMatchObject({ regions: whole });
  expect(exam({ descriptions: ['MRT Wirbelsäule LWS'] })).toMatchObject({
    regions: ['lumbar-spine'],
  });
});

test('angiography looks at the vessels of a region', () => {
  expect(exam({ descriptions: ['Angio-IRM cérébrale'] })).toMatchObject({
    regions: ['head-vessels'],
    coarse: ['113257007', '774007'],
    purposes: ['angiography'],
  });
});

test('a PET with its CT is a PET, a report says nothing of the apparatus', () => {
  expect(exam({ modalities: ['CT', 'PT', 'SR'] }).group).toBe('PT');
  expect(exam({ modalities: ['SR', 'KO', 'CR'] }).group).toBe('DX');
  expect(exam({ modalities: ['ECG'] }).group).toBe('other');
});

test('a mammogram shows the breast, both unless a side is said', () => {
  expect(exam({ modalities: ['MG'] })).toMatchObject({ regions: ['breast'], laterality: 'both' });
  expect(exam({ modalities: ['MG'], laterality: ['L'] })).toMatchObject({ laterality: 'left' });
  expect(exam({ modalities: ['MG'], laterality: ['L', 'R'] })).toMatchObject({
    laterality: 'both',
  });
});

test('a word that repeats the parts of a compound is taken apart in no time', () => {
  const text = 'beinen'.repeat(60);
  expect(exam({ descriptions: [text, text.slice(0, 36)] }).group).toBe('other');
});

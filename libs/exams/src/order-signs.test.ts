import { expect, test } from 'vitest';
import { readOrderSigns } from './order-signs.js';

test.each([
  ['Contrôle à 3 mois d’un nodule', ['follow-up']],
  ['Verlaufskontrolle Pneumonie', ['follow-up']],
  ['lung ca, f/u after 2 cycles', ['follow-up']],
  ['Seguimento de aneurisma', ['follow-up']],
  ['Lagekontrolle ZVK', ['follow-up', 'post-procedure']],
  ['Tumornachsorge', ['follow-up']],
  ['Verkehrsunfall', ['acute-change']],
  ['Rx thorax après pose de drain', ['post-procedure']],
  ['post-op day 2, tube position?', ['post-procedure']],
  ['Sturz auf die Hüfte', ['acute-change']],
  ['chute de sa hauteur ce matin', ['acute-change']],
  ['queda há 2 horas', ['acute-change']],
  ['RX Thorax täglich, Intensivstation', ['serial']],
  ['Scanner de repérage avant radiothérapie', ['planning']],
  ['postoperative follow-up', ['follow-up', 'post-procedure']],
])('says why the exam is made again: %s', (text, signs) => {
  expect(readOrderSigns([text])).toEqual(signs);
});

test.each([
  'douleur thoracique',
  'kein Sturz, Dyspnoe seit gestern',
  'pas de traumatisme, douleurs abdominales',
  'no trauma, chest pain',
  'sem queda, dor lombar',
  'douleur non contrôlée',
  'atraumatische Schulterschmerzen',
  'avis de traumatologie',
  '',
])('says nothing of the kind: %s', (text) => expect(readOrderSigns([text])).toEqual([]));

test('one text of several is enough, and each sign is told once', () => {
  expect(readOrderSigns(['cough', 'daily', 'serial films'])).toEqual(['serial']);
});
test('a text of any length is read in no time to speak of', () => {
  expect(readOrderSigns(['no '.repeat(1_000_000)])).toEqual([]);
});

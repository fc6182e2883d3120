import type { Language } from '#exams/regions';
import type { CardWords } from './card-words.js';
import { DE } from './card-words-de.js';
import { EN } from './card-words-en.js';
import { FR } from './card-words-fr.js';
import { PT } from './card-words-pt.js';

const WORDS: Readonly<Record<Language, CardWords>> = { en: EN, fr: FR, de: DE, pt: PT };

/** What cards of a hospital say; English when it has said no language. */
export const wordsOfLanguage = (language: Language = 'en'): CardWords => WORDS[language];

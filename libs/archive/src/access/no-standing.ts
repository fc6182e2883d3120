import type { Standing } from './access-facts.js';

/** Nothing stands between the subject and the patient. */
export const NO_STANDING: Standing = {
  relationship: null,
  opposed: false,
  granted: null,
  excluded: false,
  breakGlass: false,
  represents: false,
  vip: false,
  age: null,
  withheld: false,
};

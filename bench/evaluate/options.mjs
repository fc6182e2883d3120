import { parseArgs } from 'node:util';

export const ORDERS_DEFAULT = 200_000;
const ORDERS_MAX = 10_000_000;

export const helpText = `npm run evaluate -- [options]

Draws a nation of hospitals, people, exams and orders, in which it is known which orders repeat an exam, and lets the archive's own rules
find them. Needs no running archive. Prints precision, recall and alert rate; ends with 1 when they are below the goals.

  --seed n     determines the nation wholly (1)
  --orders n   how many orders (${ORDERS_DEFAULT})
  --help       this text
`;

const definitions = {
  seed: { type: 'string', default: '1' },
  orders: { type: 'string', default: String(ORDERS_DEFAULT) },
  help: { type: 'boolean', default: false },
};

/** The options as given, or `{ wrong }` with one line that says what can't be right. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({ args, options: definitions });
    const seed = wholeNumber(values.seed, { min: 0, max: Number.MAX_SAFE_INTEGER });
    const orders = wholeNumber(values.orders, { min: 1, max: ORDERS_MAX });
    if (seed === undefined) return { wrong: '--seed is a whole number' };
    if (orders === undefined)
      return { wrong: `--orders is a whole number from 1 to ${ORDERS_MAX}` };
    return { seed, orders, help: values.help };
  } catch (error) {
    return { wrong: error.message };
  }
}

function wholeNumber(text, { min, max }) {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= min && number <= max ? number : undefined;
}

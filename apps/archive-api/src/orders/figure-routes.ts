import { z } from 'zod';
import { type GovernanceRoute, instant, organisationCode } from '../governance/governance-route.js';

const DAYS_DEFAULT = 90;
const DAY_MS = 86_400_000;
const YEARS_DAYS_MAX = 3_660;

/** No card was shown before 1970. */
const time = instant.refine((text) => Date.parse(text) >= 0);

/** Of which cards figures are asked: shown from a time on, before another. Agencies ask of one hospital, or of all. */
export const figuresQuery = z
  .strictObject({
    from: time.optional(),
    to: time.optional(),
    hospital: organisationCode.optional(),
  })
  .refine(
    ({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to),
    { path: ['to'] },
  );

/** The period that is meant: the last 90 days when none is named, and never more than ten years. */
export function periodOf(
  { from, to }: z.output<typeof figuresQuery>,
  nowMs: number,
): Readonly<{ from: Date; to: Date }> {
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const fromMs = from === undefined ? toMs - DAYS_DEFAULT * DAY_MS : Date.parse(from);
  return { from: new Date(Math.max(fromMs, toMs - YEARS_DAYS_MAX * DAY_MS)), to: new Date(toMs) };
}

const count = z.number().int().min(0);
const counted = z.array(z.object({ code: z.string(), count }));

const figures = z.object({
  hospital: organisationCode.nullable(),
  from: instant,
  to: instant,
  shown: z.object({ cards: count, orders: count, byService: counted, byGrade: counted }),
  answers: z.object({
    accepted: count,
    overridden: count,
    none: count,
    withdrawn: count,
    byReason: counted,
  }),
  followed: z.object({ waiting: count, done: count, notDone: count }),
  saved: z.object({
    exams: count,
    microsieverts: count,
    ofDose: count,
    bytes: count,
    ofBytes: count,
  }),
});

export const FIGURE_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'readDuplicateFigures',
    area: 'duplicates',
    method: 'get',
    path: '/governance/duplicates/figures',
    demands: 'read-technical',
    summary:
      'What became of the cards about duplicate exams: numbers only, of the own hospital; for the agency of one, or of all.',
    query: figuresQuery,
    answers: {
      200: {
        description:
          'Cards that were shown in the period, and orders of which one was accepted: not done within 14 days.',
        schema: figures,
      },
    },
  },
];

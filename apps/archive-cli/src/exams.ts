import { parseArgs } from 'node:util';
import { classify } from '#exams/classify';
import { NO_WORDS } from '#exams/exam-words';
import { ASPECTS, parseLabelled, scoreLabelled } from '#exams/score-labelled';
import { unmappedExams } from '#index/postgres/unmapped-exams';
import { readConfig } from '#platform/config';
import { readInstalled } from '#platform/installed-files';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, type Terminal, UsageFault } from './command.js';
import { readTerms } from './read-terms.js';
import { withFacts } from './with-facts.js';

/** With fewer, a description may tell of somebody. */
const PATIENTS_MIN = 3;

const HELP = `npm run --silent arkim -- exams unmapped <hospital>
npm run --silent arkim -- exams classify <description>
npm run --silent arkim -- exams score

unmapped  lists the descriptions and codes of the hospital's studies that nothing could classify, the
          most frequent first: what to map next in its catalogue, or to add to libs/exams/terms. Only
          texts that stand in studies of at least ${PATIENTS_MIN} patients are listed: they are free text.
classify  tells what exam a description is.
score     classifies the labelled descriptions of libs/exams/labelled and prints how many are right.
          The part that was set aside says how good the classifier is on texts that it wasn't made from.`;

/** What exams are, and what nobody could tell of them. */
export const exams: Command = {
  summary: 'what exams are: list what is unmapped, classify a description, score',
  help: HELP,
  run: (args, terminal) => {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [verb, text, ...more] = positionals;
    if (verb === 'score' && text === undefined) return score(terminal);
    if (text === undefined || more.length > 0 || verb === 'score')
      throw new UsageFault('exams needs unmapped <hospital>, classify <description>, or score');
    if (verb === 'unmapped') return unmapped(text, terminal);
    if (verb === 'classify') return tell(text, terminal);
    throw new UsageFault(`exams can't ${verb}`);
  },
};

const unmapped = async (hospital: string, { answer, progress }: Terminal): Promise<number> => {
  const found = await withFacts(readConfig(), async (_ports, pool) => {
    const known = await pool.query('select from hospitals where hospital = $1', [hospital]);
    if (known.rowCount === 0) throw new OperatorFault('there is no such hospital');
    return unmappedExams(pool, hospital, PATIENTS_MIN);
  });
  progress(`${found.unknown} of ${found.studies} studies have an unknown region`);
  for (const { kind, text, studies } of found.listed) answer([studies, kind, text].join('\t'));
  if (found.rare > 0)
    progress(`${found.rare} more texts stand in studies of fewer than ${PATIENTS_MIN} patients`);
  return 0;
};

const tell = async (description: string, { answer }: Terminal): Promise<number> => {
  const exam = classify({ ...NO_WORDS, descriptions: [description] }, await readTerms());
  for (const [name, value] of Object.entries(exam)) answer(`${name}\t${String(value)}`);
  return 0;
};

const LABELLED = 'descriptions.tsv';
const PARTS = ['development', 'set-aside'] as const;

const score = async ({ answer }: Terminal): Promise<number> => {
  const terms = await readTerms();
  const { files } = await readInstalled('libs/exams/labelled', [LABELLED]);
  const labelled = parseLabelled(files[LABELLED], terms);
  answer(['part', 'language', ...ASPECTS].join('\t'));
  for (const part of PARTS)
    for (const language of ['en', 'fr', 'de', 'pt', 'all']) {
      const own = labelled.filter(
        (one) => one.part === part && (language === 'all' || one.language === language),
      );
      const scored = scoreLabelled(own, terms);
      const cells = ASPECTS.map((aspect) => share(scored[aspect]));
      answer([part, language, ...cells].join('\t'));
    }
  return 0;
};

const share = ({ right, judged }: Readonly<{ right: number; judged: number }>): string =>
  `${right}/${judged} ${((100 * right) / Math.max(judged, 1)).toFixed(1)}%`;

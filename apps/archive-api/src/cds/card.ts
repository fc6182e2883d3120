import type { OrderedExam } from '#exams/match-words';
import type { Duplicate } from '../duplicates/duplicate.js';
import type { Card, Link, Suggestion } from './card-shape.js';
import { detailOf, summaryOf, type Told } from './card-text.js';
import { overrideReasons, topicCalled } from './codes.js';

/** What a card is made of. `order`: the id of its resource; `indicator`: how loudly it is said at this hook; `origin`: where the archive is reached. */
export type CardAsked = Readonly<{
  uuid: string;
  suggestion: string;
  order: string | undefined;
  ordered: OrderedExam;
  best: Duplicate;
  indicator: 'info' | 'warning';
  origin: string;
  smartLaunch: string | undefined;
  told: Told;
}>;

/** The card about one order: the exam that matters most, and what else is known in its text. Pure. */
export function cardOf(asked: CardAsked): Card {
  const { uuid, best, indicator, origin, ordered, told } = asked;
  const { words } = told;
  const suggestion = suggestionOf(asked);
  const links = linksOf(asked);
  return {
    uuid,
    summary: summaryOf(best, told),
    detail: detailOf(ordered, best, told),
    indicator,
    source: { label: words.source, url: `${origin}/`, topic: topicCalled(words.topic) },
    ...(suggestion === undefined
      ? {}
      : {
          suggestions: [suggestion],
          selectionBehavior: 'at-most-one',
          overrideReasons: overrideReasons(words.overrides),
        }),
    ...(links.length === 0 ? {} : { links }),
  };
}

/** Grades of exams that stand for the one that is ordered. */
const REPEATS = ['SAME', 'EQUIVALENT', 'COVERS', 'PENDING'];

/** Whether the order needn't be done. */
export const isRepeat = ({ match }: Duplicate): boolean => REPEATS.includes(match.grade);

function suggestionOf({ suggestion, order, best, told }: CardAsked): Suggestion | undefined {
  if (order === undefined || !isRepeat(best)) return undefined;
  const { offers } = told.words;
  return {
    label: best.found.kind === 'order' ? offers.wait : offers.use,
    uuid: suggestion,
    isRecommended: best.match.indicator === 'warning',
    actions: [
      {
        type: 'delete',
        description: offers.remove,
        resourceId: `ServiceRequest/${order}`,
      },
    ],
  };
}

function linksOf({ best: { found }, origin, smartLaunch, told }: CardAsked): readonly Link[] {
  if (found.kind !== 'study') return [];
  const { study } = found;
  const images: Link = {
    label: told.words.links.images,
    url: `${origin}/viewer/viewer?StudyInstanceUIDs=${encodeURIComponent(study)}`,
    type: 'absolute',
  };
  if (smartLaunch === undefined) return [images];
  const appContext = JSON.stringify({ study, dicomWeb: `${origin}/dicom-web` });
  return [
    images,
    {
      label: told.words.links.ownViewer,
      url: smartLaunch,
      type: 'smart',
      appContext,
    },
  ];
}

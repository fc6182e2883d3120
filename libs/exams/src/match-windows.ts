import type { ModalityGroup, PurposeHint } from './exam-class.js';

/**
 * How long an exam counts. Days since the earlier one: up to `warnDays` a repeat is warned of, up to `infoDays` told; null: not told beyond.
 * A row is for orders of its modality group; of its regions only, of its coarse regions only (SNOMED CT codes of the set IHE-MADO1), of all its
 * purposes only, where it names such.
 */
export type MatchWindow = Readonly<{
  id: string;
  group: ModalityGroup;
  regions?: readonly string[];
  coarse?: readonly string[];
  purposes?: readonly PurposeHint[];
  warnDays: number;
  infoDays: number | null;
}>;

/** A region that is made of others, in exams of these groups: an exam of it shows each of its parts. */
export type WholeRegion = Readonly<{
  whole: string;
  parts: readonly string[];
  groups: readonly ModalityGroup[];
}>;

/** Two protocols of one modality group that answer the same question of these regions, whichever came first. */
export type EquivalentProtocols = Readonly<{
  id: string;
  group: ModalityGroup;
  regions: readonly string[];
  purpose: PurposeHint;
  indicator: 'warning' | 'info';
}>;

/** All that grading takes from data; the first window that fits counts. `confidenceMin`: what is classified with less never warns. */
export type MatchWindows = Readonly<{
  version: string;
  windows: readonly MatchWindow[];
  wholes: readonly WholeRegion[];
  equivalents: readonly EquivalentProtocols[];
  confidenceMin: number;
}>;

const LIMBS = ['53120007', '61685007'];
const SPINE = ['1141981001'];

/** The windows until others are published. Literature supports 24 hours, 30 days and 90 days; the rest is for clinicians to sign. */
export const MATCH_WINDOWS: MatchWindows = {
  version: 'built-in',
  windows: [
    { id: 'dx-chest', group: 'DX', regions: ['chest'], warnDays: 7, infoDays: 30 },
    { id: 'dx-spine', group: 'DX', coarse: SPINE, warnDays: 30, infoDays: 90 },
    { id: 'dx-limb', group: 'DX', coarse: LIMBS, warnDays: 14, infoDays: 30 },
    { id: 'dx-other', group: 'DX', warnDays: 14, infoDays: 30 },
    { id: 'us', group: 'US', warnDays: 30, infoDays: 60 },
    { id: 'ct-head', group: 'CT', regions: ['head'], warnDays: 7, infoDays: 30 },
    { id: 'ct-other', group: 'CT', warnDays: 30, infoDays: 90 },
    { id: 'mr', group: 'MR', warnDays: 60, infoDays: 180 },
    {
      id: 'mg-screening',
      group: 'MG',
      purposes: ['screening'],
      warnDays: 699,
      infoDays: null,
    },
    { id: 'mg-diagnostic', group: 'MG', warnDays: 90, infoDays: 365 },
    { id: 'dxa', group: 'DXA', warnDays: 700, infoDays: null },
    { id: 'nm', group: 'NM', warnDays: 60, infoDays: 120 },
    { id: 'pet', group: 'PT', warnDays: 60, infoDays: 120 },
  ],
  wholes: [],
  equivalents: [
    {
      id: 'ct-chest-angiography',
      group: 'CT',
      regions: ['chest'],
      purpose: 'angiography',
      indicator: 'info',
    },
  ],
  confidenceMin: 0.5,
};

import type { ModalityGroup, PurposeHint } from './exam-class.js';
import { WHOLE_REGIONS } from './whole-regions.js';

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

/** Regions that lie within a larger one. `standsIn`: the groups of which an exam of the larger one answers what is asked of a part. */
export type WholeRegion = Readonly<{
  whole: string;
  parts: readonly string[];
  standsIn: readonly ModalityGroup[];
}>;

/** Exams of one group and of these regions, one made with the protocol and one without, answer each other's question. */
export type EquivalentProtocols = Readonly<{
  id: string;
  group: ModalityGroup;
  regions: readonly string[];
  protocol: Protocol;
  indicator: 'warning' | 'info';
}>;

/** Purposes that change how the images are made. */
export const PROTOCOLS = ['angiography', 'perfusion'] as const satisfies readonly PurposeHint[];
type Protocol = (typeof PROTOCOLS)[number];

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
const CHEST_VESSELS = ['chest', 'pulmonary-arteries', 'thoracic-aorta'];

/** The windows until others are published. Literature supports 24 hours, 30 days and 90 days; the rest is for clinicians to sign. */
export const MATCH_WINDOWS: MatchWindows = {
  version: 'built-in',
  windows: [
    { id: 'dx-chest', group: 'DX', regions: ['chest'], warnDays: 7, infoDays: 30 },
    { id: 'dx-spine', group: 'DX', coarse: SPINE, warnDays: 30, infoDays: 90 },
    { id: 'dx-limb', group: 'DX', coarse: LIMBS, warnDays: 14, infoDays: 30 },
    { id: 'dx-other', group: 'DX', warnDays: 14, infoDays: 30 },
    { id: 'us', group: 'US', warnDays: 30, infoDays: 60 },
    { id: 'ct-head', group: 'CT', regions: ['head', 'skull'], warnDays: 7, infoDays: 30 },
    { id: 'ct-other', group: 'CT', warnDays: 30, infoDays: 90 },
    { id: 'mr', group: 'MR', warnDays: 60, infoDays: 180 },
    { id: 'mg-screening', group: 'MG', purposes: ['screening'], warnDays: 699, infoDays: null },
    { id: 'mg-diagnostic', group: 'MG', warnDays: 90, infoDays: 365 },
    { id: 'dxa', group: 'DXA', warnDays: 700, infoDays: null },
    { id: 'nm', group: 'NM', warnDays: 60, infoDays: 120 },
    { id: 'pet', group: 'PT', warnDays: 60, infoDays: 120 },
  ],
  wholes: WHOLE_REGIONS,
  equivalents: [
    {
      id: 'ct-chest-angiography',
      group: 'CT',
      regions: CHEST_VESSELS,
      protocol: 'angiography',
      indicator: 'info',
    },
  ],
  confidenceMin: 0.5,
};

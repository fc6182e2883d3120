import type { DicomJson, JsonElement } from '#dicom/dicom-json';

/** What became of one part of a store; UIDs as far as they could be read. `failure` and `warning` are codes of failure-reason.ts. */
export type StoreOutcome = Readonly<{ sopClass?: string; sopInstance?: string }> &
  (
    | Readonly<{ stored: true; retrieveUrl?: string; warning?: number }>
    | Readonly<{ stored: false; failure: number }>
  );

/** The Store Instances Response Module and the status it goes with (PS3.18 §10.5.3.1). */
export type StoreResponse = Readonly<{ status: 200 | 202 | 409; module: DicomJson }>;

type Stored = Extract<StoreOutcome, { stored: true }>;
type Failed = Extract<StoreOutcome, { stored: false }>;

/** PS3.18 Annex I. `studyUrl` is where the study can be had when all that was stored is one study's, else undefined. */
export function storeResponse(
  outcomes: readonly StoreOutcome[],
  studyUrl: string | undefined,
): StoreResponse {
  const stored = outcomes.filter((outcome) => outcome.stored);
  const failed = outcomes.filter((outcome) => !outcome.stored);
  const named = failed.filter(({ sopInstance }) => sopInstance !== undefined);
  const nameless = failed.filter(({ sopInstance }) => sopInstance === undefined);
  const module: DicomJson = { '00081190': element('UR', studyUrl) };
  if (named.length > 0) module['00081198'] = { vr: 'SQ', Value: named.map(failedItem) };
  if (stored.length > 0) module['00081199'] = { vr: 'SQ', Value: stored.map(storedItem) };
  if (nameless.length > 0) module['0008119A'] = { vr: 'SQ', Value: nameless.map(failure) };
  return { status: statusOf(stored, failed), module };
}

const statusOf = (
  stored: readonly Stored[],
  failed: readonly Failed[],
): StoreResponse['status'] => {
  if (stored.length === 0) return 409;
  const warned = stored.some(({ warning }) => warning !== undefined);
  return failed.length > 0 || warned ? 202 : 200;
};

const storedItem = (outcome: Stored): DicomJson => {
  const item: DicomJson = {
    ...reference(outcome),
    '00081190': element('UR', outcome.retrieveUrl),
  };
  if (outcome.warning !== undefined) item['00081196'] = element('US', outcome.warning);
  return item;
};

const failedItem = (outcome: Failed): DicomJson => ({ ...reference(outcome), ...failure(outcome) });

/** An item of the Other Failures Sequence (0008,119A): storage failed for something that could not be named. */
const failure = (outcome: Failed): DicomJson => ({ '00081197': element('US', outcome.failure) });

/** SOP Instance Reference Macro, PS3.3 Table 10-11. */
const reference = ({ sopClass, sopInstance }: StoreOutcome): DicomJson => ({
  '00081150': element('UI', sopClass),
  '00081155': element('UI', sopInstance),
});

const element = (vr: string, value: string | number | undefined): JsonElement =>
  value === undefined ? { vr } : { vr, Value: [value] };

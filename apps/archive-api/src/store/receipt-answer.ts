import { dicomJsonText } from '#dicom/dicom-json';
import { parseAccept } from '#dicomweb/accept';
import { FailureReason } from '#dicomweb/failure-reason';
import { negotiate } from '#dicomweb/negotiate';
import { storeResponseOffers } from '#dicomweb/offers';
import { type StoreOutcome, type StoreResponse, storeResponse } from '#dicomweb/store-response';
import { type Answer, textAnswer } from '../answer.js';
import { nativeXml } from '../native-xml.js';

/** One part in a receipt, as the workers write it. `why` is a code of ours, shown to operators only. */
type PartOutcome = Readonly<{
  part: number;
  outcome: 'stored' | 'same' | 'refused' | 'quarantined';
  sopClass?: string;
  instance?: string;
  study?: string;
  series?: string;
  reason?: number;
}>;

type Receipt = Readonly<{ outcomes: readonly PartOutcome[] }>;

/** Receipt JSON → Store Instances Response Module, in the order of the parts. `root` is the DICOMweb root of this client. */
export function receiptResponse(receipt: string, root: string): StoreResponse {
  const { outcomes } = JSON.parse(receipt) as Receipt;
  const ordered = [...outcomes].sort((a, b) => a.part - b.part);
  return storeResponse(
    ordered.map((outcome) => storeOutcome(outcome, root)),
    studyUrl(ordered, root),
  );
}

/** What a Store request is answered with; `status` is the module's own unless given. JSON unless XML is asked for. */
export function receiptAnswer(
  receipt: string,
  { root, accept, status }: Readonly<{ root: string; accept: string | undefined; status?: number }>,
): Answer {
  const response = receiptResponse(receipt, root);
  const code = status ?? response.status;
  const mediaType = responseType(accept);
  return mediaType === XML
    ? textAnswer(code, XML, nativeXml(response.module))
    : textAnswer(code, mediaType, dicomJsonText(response.module));
}

/** What a Store request is answered with when its receipt is there: where that can be had which it created goes with it (PS3.18 §10.5.3.2). */
export function storedAnswer(
  receipt: string,
  { root, accept }: Readonly<{ root: string; accept: string | undefined }>,
): Answer {
  const answer = receiptAnswer(receipt, { root, accept });
  const { outcomes } = JSON.parse(receipt) as Receipt;
  if (!outcomes.some(({ outcome }) => outcome === 'stored')) return answer;
  const location = studyUrl(outcomes, root) ?? `${root}/studies`;
  return { ...answer, headers: { ...answer.headers, 'content-location': location } };
}

/** The studies of which something is kept. */
export function studiesKept(receipt: string): readonly string[] {
  const { outcomes } = JSON.parse(receipt) as Receipt;
  const kept = outcomes.filter(({ outcome }) => outcome === 'stored' || outcome === 'same');
  return [...new Set(kept.flatMap(({ study }) => study ?? []))];
}

const XML = 'application/dicom+xml';

/** What was stored is answered, whatever the client accepts: a 406 would hide it. */
function responseType(accept: string | undefined): string {
  const parsed = parseAccept(accept);
  const negotiated = parsed.ok ? negotiate(parsed.accept, storeResponseOffers()) : undefined;
  return negotiated?.ok ? negotiated.offer.mediaType : 'application/dicom+json';
}

/** The request is accepted and durable; its receipt can be had at Location (RFC 7240 §4.1). */
export const acceptedAnswer = (job: string, root: string): Answer => ({
  status: 202,
  headers: {
    location: `${root}/receipts/${job}`,
    'preference-applied': 'respond-async',
    'content-length': 0,
  },
});

function storeOutcome(outcome: PartOutcome, root: string): StoreOutcome {
  const { sopClass, instance } = outcome;
  const reference = {
    ...(sopClass ? { sopClass } : {}),
    ...(instance ? { sopInstance: instance } : {}),
  };
  if (outcome.outcome === 'refused' || outcome.outcome === 'quarantined') {
    const failure = outcome.reason ?? FailureReason.ProcessingFailure;
    return { ...reference, stored: false, failure };
  }
  const retrieveUrl = instanceUrl(outcome, root);
  return { ...reference, stored: true, ...(retrieveUrl === undefined ? {} : { retrieveUrl }) };
}

const instanceUrl = ({ study, series, instance }: PartOutcome, root: string): string | undefined =>
  study && series && instance
    ? `${root}/studies/${study}/series/${series}/instances/${instance}`
    : undefined;

/** Named when all that was stored is of one study (PS3.18 §I.2). */
function studyUrl(outcomes: readonly PartOutcome[], root: string): string | undefined {
  const kept = outcomes.filter(({ outcome }) => outcome === 'stored' || outcome === 'same');
  const [study, ...others] = new Set(kept.map((outcome) => outcome.study));
  return study && others.length === 0 ? `${root}/studies/${study}` : undefined;
}

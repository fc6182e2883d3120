import { overloaded, ProblemException, storageFull } from '../problem.js';
import { admit, type Load } from './admission.js';
import type { RequestGate } from './request-gate.js';
import type { StoreSettings } from './store-settings.js';

const OVERLOADED_RETRY_SECONDS = 5;
const FULL_RETRY_SECONDS = 300;
/** Of the places of this process one hospital holds at most this part: slow senders of one leave some to the others. */
const HOSPITAL_PART_MAX = 0.75;

/** Lets a Store request in before its body is read, or throws what to answer. Resolves to what lets its place go. */
export type AdmitRequest = (hospital: string) => Promise<() => void>;

export const admitRequest =
  (
    load: () => Promise<Load>,
    gate: RequestGate,
    { admission, requestsAtOnceMax }: Pick<StoreSettings, 'admission' | 'requestsAtOnceMax'>,
  ): AdmitRequest =>
  async (hospital) => {
    const measured = await load();
    const here = { waiting: gate.inside(), freeBytes: undefined };
    const admissions = [
      admit(measured, hospital, admission),
      admit(here, hospital, { ...admission, waitingJobsMax: requestsAtOnceMax }),
    ];
    if (admissions.includes('storage-full'))
      throw new ProblemException(storageFull(FULL_RETRY_SECONDS));
    const own = here.waiting.find((each) => each.hospital === hospital)?.jobs ?? 0;
    if (admissions.includes('overloaded') || own >= requestsAtOnceMax * HOSPITAL_PART_MAX)
      throw new ProblemException(overloaded(OVERLOADED_RETRY_SECONDS));
    return gate.enter(hospital);
  };

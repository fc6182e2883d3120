import type { HospitalRegistry } from '../caller/hospital-registry.js';
import { ingestFrozen, ProblemException } from '../problem.js';
import type { AdmitRequest } from './admit-request.js';

const FROZEN_RETRY_SECONDS = 600;

/** Takes nothing in from a hospital whose ingest a crisis has frozen; senders keep what they have and try again. */
export const admitUnlessFrozen =
  (registry: Pick<HospitalRegistry, 'isFrozen'>, admit: AdmitRequest): AdmitRequest =>
  async (hospital) => {
    if (registry.isFrozen(hospital, 'ingest'))
      throw new ProblemException(ingestFrozen(FROZEN_RETRY_SECONDS));
    return admit(hospital);
  };

import type { Provider } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { studyStanding } from '#index/study-standing';
import type { Ports } from '../ports.js';
import { PERMIT_STUDY, permitStudy } from './permit-study.js';

/** The gate that every route to pixels and metadata goes through. */
export const accessProviders = ({
  findable,
  ids,
  recordAccess,
  registry,
  policyInForce = () => accessPolicy,
  nowMs,
  wallMs,
}: Ports): Provider[] => [
  {
    provide: PERMIT_STUDY,
    useValue: permitStudy({
      standingOf: studyStanding({ rows: findable.rows, ids, wallMs }),
      policyInForce,
      recordAccess,
      isExportFrozen: (hospital) => registry.isFrozen(hospital, 'export'),
      qualityShownTo: (hospital) =>
        registry.find(hospital)?.settings?.rejection?.qualityShownTo ?? [],
      nowMs,
    }),
  },
];

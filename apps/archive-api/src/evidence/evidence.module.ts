import type { Provider, Type } from '@nestjs/common';
import { studyStream } from '#archive/catalogue';
import { postgresLog } from '#events/postgres/postgres-log';
import { proofOfEvent, proofOfGrowth } from '#evidence/postgres/log-proofs';
import { listSeals, sealOfDay, stampsOfDay } from '#evidence/postgres/log-seals';
import { studyEvidence } from '#evidence/postgres/study-evidence';
import type { Ports } from '../ports.js';
import { EvidenceController } from './evidence.controller.js';
import { EVIDENCE, type EvidenceDesk } from './evidence-ports.js';

export const evidenceControllers: readonly Type[] = [EvidenceController];

export const evidenceProviders = ({
  pool,
  keys,
  events: log = postgresLog(pool),
}: Ports): Provider[] => [
  {
    provide: EVIDENCE,
    useValue: {
      seals: (before, limit) => listSeals(pool, before, limit),
      sealOfDay: (day) => sealOfDay(pool, day),
      stampsOfDay: (day) => stampsOfDay(pool, day),
      growth: (days) => proofOfGrowth(pool, days),
      event: (id) => proofOfEvent(pool, id),
      isOf: async (hospital, claim) => {
        /* The first fact of a study says whose it is, and stays when all else of it is disposed of. */
        for await (const { data } of log.read(studyStream(claim)))
          return (data as Readonly<{ hospital?: unknown }>).hospital === hospital;
        return false;
      },
      study: (claim) => studyEvidence({ pool, log, keys }, claim),
    } satisfies EvidenceDesk,
  },
];

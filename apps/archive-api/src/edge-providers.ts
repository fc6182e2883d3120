import type { Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { accessPolicy } from '#archive/access/access-policy';
import { authenticate, IDENTIFY, identify } from './caller/authenticate.js';
import { certificateOf } from './caller/certificate-of.js';
import { REFUSED_CREDENTIALS, RefusalsFeed } from './caller/count-refused.js';
import { HOSPITAL_REGISTRY } from './caller/hospital-registry.js';
import { GATE, type Gate, PermitGuard } from './caller/permit.guard.js';
import { RegistryFeed } from './caller/registry-feed.js';
import { fixityFiguresOf } from './custody/custody.module.js';
import { credentialOf } from './first-look/credential-of.js';
import { FIRST_LOOK } from './first-look/first-look.js';
import { SESSION_VERIFIER } from './first-look/home.controller.js';
import { OFFERED_HOSPITALS, offeredHospitals } from './first-look/offered-hospitals.js';
import { countCare } from './governance/care-counts.js';
import { personOf } from './governance/whose-patient.js';
import { countMessages } from './health/hl7-messages.js';
import { METRICS, metrics } from './health/metrics.js';
import { OBJECTS_ANSWER, type ObjectsAnswer } from './health/objects-answer.js';
import { READINESS, readiness } from './health/readiness.js';
import type { Ports } from './ports.js';
import { LOG, ProblemFilter } from './problem.filter.js';
import type { Load } from './store/admission.js';

const builtIn = () => accessPolicy;

/** What every request meets: who asks, whether they may, and what a failure looks like; with health and the first look. */
export const edgeProviders = (
  { pool, log, demo, edge, firstLook, verify, registry, searching, wallMs, ...ports }: Ports,
  load: () => Promise<Load>,
  answers: ObjectsAnswer,
): Provider[] => [
  { provide: LOG, useValue: log },
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: PermitGuard },
  { provide: HOSPITAL_REGISTRY, useValue: registry },
  {
    provide: GATE,
    useValue: {
      policyInForce: ports.policyInForce ?? builtIn,
      recordAccess: ports.recordAccess,
    } satisfies Gate,
  },
  RegistryFeed,
  { provide: REFUSED_CREDENTIALS, useValue: ports.refusedCredentials },
  RefusalsFeed,
  {
    provide: IDENTIFY,
    useValue: identify(
      authenticate({
        verify,
        registry,
        ids: ports.ids,
        personOf: (patient) => personOf(pool, patient),
        tokenIssuer: ports.tokens.trusted.issuer,
      }),
      {
        credentialOf: credentialOf(firstLook),
        certificateOf: certificateOf(ports.proxySecret),
      },
    ),
  },
  { provide: READINESS, useValue: readiness(pool, demo) },
  {
    provide: METRICS,
    useValue: metrics(load, answers, {
      reads: searching?.reads,
      edge,
      care: () => countCare(pool, wallMs()),
      messages: () => countMessages(pool),
      fixity: { figures: fixityFiguresOf({ pool }), wallMs },
    }),
  },
  { provide: OBJECTS_ANSWER, useValue: answers },
  { provide: FIRST_LOOK, useValue: firstLook },
  { provide: OFFERED_HOSPITALS, useValue: offeredHospitals(pool) },
  { provide: SESSION_VERIFIER, useValue: verify },
];

import type { OrderedExam } from '#exams/match-words';
import type { Terms } from '#exams/terms';
import type { Caller } from '../caller/caller.js';
import type { Duplicate } from '../duplicates/duplicate.js';
import type { Card } from './card-shape.js';
import type { CdsClient } from './cds-client.js';
import type { Dose } from './dose.js';
import type { HookRequest, ServiceRequest } from './hook-request.js';
import type { PatientOfCall } from './patient-of-call.js';
import type { CdsService } from './services.js';

/** One call: by whom, of which service, and where that client reaches the archive. */
export type HookCall = Readonly<{
  client: CdsClient;
  service: CdsService;
  body: HookRequest;
  origin: string;
}>;

/** Whose orders they are, and who asks. */
export type Asked = HookCall & Readonly<{ caller: Caller; patient: PatientOfCall; terms: Terms }>;

/** An order that could repeat an exam. */
export type Judged = Readonly<{ draft: ServiceRequest; order: OrderedExam }>;

/** An order, and what there is to tell of it: what matters most first. */
export type ToldOrder = Judged & Readonly<{ best: Duplicate; duplicates: readonly Duplicate[] }>;

/** A card, the order that it is about, and the dose that it tells. */
export type ShownCardOf = ToldOrder & Readonly<{ card: Card; key: string; dose: Dose | undefined }>;

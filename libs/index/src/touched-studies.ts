import type { Recorded } from '#events/event';

/** What a stretch of the log is about, as far as others may have to be told: each with the moment of its last event. */
export type Touched = Readonly<{
  /** Claims by their own streams. `version`: of the last event of the study's stream, 0 when nothing was said there. */
  claims: ReadonlyMap<string, Readonly<{ version: number; at: string }>>;
  /** Opaque ids of patients: all studies of their persons are meant. */
  patients: ReadonlySet<string>;
  /** Ids of links, merges and moves that facts name alone when they undo them. */
  edges: ReadonlySet<string>;
  /** The last moment of what is said of patients; '' when nothing is. */
  patientsAt: string;
  /** Who may know what was changed: every study is meant. */
  isPolicy: boolean;
}>;

const STREAM = /^(study|access|disposition(?!-batch)|patient|care|policy)-(.+)$/;
/** What facts of patients call others, and what they undo. */
const PATIENTS = ['patient', 'other'];
const EDGES = ['link', 'merge', 'move'];
const CLAIMS = ['claim'];

/** By streams and not by types, so that a fact that is new to the catalogue is not passed over. Pure. */
export function touchedBy(events: readonly Recorded[]): Touched {
  const touched: Touching = {
    claims: new Map(),
    patients: new Set(),
    edges: new Set(),
    patientsAt: '',
    isPolicy: false,
  };
  for (const event of events) touch(touched, event);
  return touched;
}

type Touching = {
  claims: Map<string, Readonly<{ version: number; at: string }>>;
  patients: Set<string>;
  edges: Set<string>;
  patientsAt: string;
  isPolicy: boolean;
};

function touch(touched: Touching, event: Recorded): void {
  const [, area, name = ''] = STREAM.exec(event.stream) ?? [];
  if (area === 'study') touchClaim(touched, name, event.recordedAt, event.version);
  if (area === 'access' || area === 'disposition') touchClaim(touched, name, event.recordedAt);
  if (area === 'policy') touched.isPolicy = true;
  if (area === 'patient' || area === 'care') touchPatient(touched, name, event);
}

function touchClaim({ claims }: Touching, claim: string, at: string, version?: number): void {
  claims.set(claim, { version: version ?? claims.get(claim)?.version ?? 0, at });
}

function touchPatient(touched: Touching, patient: string, { data, recordedAt }: Recorded): void {
  const said = data as Readonly<Record<string, unknown>>;
  const textsOf = (fields: readonly string[]) =>
    fields.map((field) => said[field]).filter((value) => typeof value === 'string' && value !== '');
  touched.patientsAt = recordedAt;
  for (const each of [patient, ...textsOf(PATIENTS)]) touched.patients.add(String(each));
  for (const each of textsOf(EDGES)) touched.edges.add(String(each));
  for (const each of textsOf(CLAIMS)) touchClaim(touched, String(each), recordedAt);
}

import type { ArchiveEvent, InstancesStored, StoredInstance } from '#archive/catalogue';
import { packStream, studyStream } from '#archive/catalogue';
import { fixityStream } from '#archive/fixity-events';
import type { Recorded } from '#events/event';
import { type ReadLedger, readOpened } from '#events/ledger';
import type { Findable } from './findable.js';
import type { Place } from './series-view.js';

export type RestitutionPorts = Readonly<{
  findable: Pick<Findable, 'rows'>;
  ledger: ReadLedger;
  /** The bytes of a place; undefined when its object isn't there, or ends before. */
  openBytes: (place: Place) => Promise<AsyncIterable<Buffer> | undefined>;
}>;

/** One object of a study, as the log names it. */
export type GivenObject = Pick<
  StoredInstance,
  'instance' | 'sopClass' | 'transferSyntax' | 'sha256' | 'bytes'
> &
  Readonly<{ series: string; open: () => Promise<AsyncIterable<Buffer> | undefined> }>;

/** A study as the log has it. destroyed: its key is, and with it what its objects were called. */
export type GivenStudy = Readonly<{
  claim: string;
  hospital: string;
  study: string;
  state: 'held' | 'destroyed';
  objects: readonly GivenObject[];
  /** Every event that tells of the study or of the packs that brought its bytes. */
  events: AsyncIterable<Recorded>;
}>;

/** What a hospital deposited, or one study of it; what the log doesn't know is left out. */
export async function* studiesToGive(
  ports: RestitutionPorts,
  { hospital, claim }: Readonly<{ hospital: string; claim: string | undefined }>,
): AsyncGenerator<GivenStudy> {
  for await (const each of claim === undefined ? claimsOf(ports, hospital) : [claim]) {
    const study = await studyToGive(ports, hospital, each);
    if (study !== undefined) yield study;
  }
}

const CLAIMS_PER_PAGE_MAX = 500;

/** The studies of a hospital, those that were disposed of among them, in the order of their claims. */
async function* claimsOf(
  { findable }: Pick<RestitutionPorts, 'findable'>,
  hospital: string,
): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const rows = await findable.rows({
      text: `select claim from study_access where hospital = $1 and claim > $2 order by claim limit ${CLAIMS_PER_PAGE_MAX}`,
      values: [hospital, after],
    });
    if (rows.length === 0) return;
    for (const row of rows) {
      after = String(row['claim']);
      yield after;
    }
  }
}

/**
 * A study by what the log says of it, not by what can be found: what was rejected or is hidden was deposited too. Undefined when the log knows no
 * such study of this hospital.
 */
async function studyToGive(
  ports: RestitutionPorts,
  hospital: string,
  claim: string,
): Promise<GivenStudy | undefined> {
  const told = await readStudy(ports.ledger, claim);
  if (told.hospital !== hospital) return undefined;
  const packs = await packsOf(ports, claim, told.packs);
  const { study, state, instances } = told;
  const objects = instances.map(
    (instance): GivenObject => ({
      ...instance,
      open: async () => openFirst(ports, packs.places.get(instance.sha256) ?? []),
    }),
  );
  const streams = [...told.packs, ...packs.settled].map(packStream);
  const own = [studyStream(claim), fixityStream(claim), `disposition-${claim}`];
  return { claim, hospital, study, state, objects, events: eventsOf(ports, own, streams) };
}

type Told = Readonly<{
  hospital: string | undefined;
  study: string;
  state: 'held' | 'destroyed';
  packs: readonly string[];
  instances: readonly Omit<GivenObject, 'open'>[];
}>;

async function readStudy(ledger: RestitutionPorts['ledger'], claim: string): Promise<Told> {
  const stored: InstancesStored[] = [];
  for await (const { event } of readOpened<ArchiveEvent>(ledger, studyStream(claim)))
    if (event.type === 'InstancesStored') stored.push(event);
  const instances = new Map(
    stored.flatMap((event) => instancesOf(event).map((one) => [one.instance, one] as const)),
  );
  const isDestroyed = stored.some(({ personal }) => personal === undefined);
  return {
    hospital: stored[0]?.data.hospital,
    study: stored[0]?.personal?.study ?? '',
    state: isDestroyed ? 'destroyed' : 'held',
    packs: [...new Set(stored.flatMap(({ data }) => data.packs))],
    instances: isDestroyed ? [] : [...instances.values()],
  };
}

const instancesOf = ({ personal }: InstancesStored): readonly Omit<GivenObject, 'open'>[] =>
  (personal?.instances ?? []).map(({ instance, sopClass, transferSyntax, sha256, bytes }) => ({
    ...{ series: personal?.series ?? '', instance, sopClass, transferSyntax, sha256, bytes },
  }));

type Packs = Readonly<{
  settled: readonly string[];
  places: ReadonlyMap<string, readonly Place[]>;
}>;

/** Where content lies by its digest, settled packs first. */
async function packsOf(
  { findable }: RestitutionPorts,
  claim: string,
  packs: readonly string[],
): Promise<Packs> {
  const rows = await findable.rows({
    text: `select pack, key, claim, entries from {schema}.packs where pack = any($2) or (claim = $1 and claim <> '')
      order by claim = $1 desc, pack, chunk`,
    values: [claim, packs],
  });
  const places = new Map<string, Place[]>();
  const settled = new Set<string>();
  for (const row of rows) {
    const key = String(row['key']);
    if (row['claim'] === claim) settled.add(String(row['pack']));
    const entries = JSON.parse(String(row['entries'])) as [string, number, number][];
    for (const [sha256, offset, bytes] of entries) {
      const place = { key, offset, bytes };
      places.set(sha256, [...(places.get(sha256) ?? []), place]);
    }
  }
  return { settled: [...settled], places };
}

async function openFirst(
  { openBytes }: RestitutionPorts,
  places: readonly Place[],
): Promise<AsyncIterable<Buffer> | undefined> {
  for (const place of places) {
    const body = await openBytes(place);
    if (body !== undefined) return body;
  }
  return undefined;
}

/** The batch of a disposal is on a stream of its own, which the study's names. */
async function* eventsOf(
  { ledger: { store } }: RestitutionPorts,
  own: readonly string[],
  packs: readonly string[],
): AsyncGenerator<Recorded> {
  const batches = new Set<string>();
  for (const stream of own)
    for await (const event of store.read(stream)) {
      const { batch } = event.data as Readonly<{ batch?: unknown }>;
      if (stream.startsWith('disposition-') && typeof batch === 'string') batches.add(batch);
      yield event;
    }
  for (const batch of batches) yield* store.read(`disposition-batch-${batch}`);
  for (const stream of new Set(packs)) yield* store.read(stream);
}

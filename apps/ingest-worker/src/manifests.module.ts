import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy } from '#archive/access/access-table';
import { type ManifestCommand, manifest } from '#archive/manifest/manifest-decider';
import { manifestStream } from '#archive/manifest-events';
import { archiveUpcasters } from '#archive/upcasters';
import { uidOfUuid } from '#dicom/uid-of-uuid';
import { NONCE_BYTES } from '#events/content-seal';
import { foldStream } from '#events/fold-stream';
import type { KeyRing, SealingKey } from '#events/key-ring';
import type { Log as EventLog } from '#events/log';
import { postgresLog } from '#events/postgres/postgres-log';
import type { Findable } from '#index/findable';
import { sealManifest } from '#index/manifest-content';
import type { OpaqueIds } from '#index/opaque-ids';
import { accessPolicies } from '#index/postgres/access-policies';
import { commitFacts, type FactPorts } from '#index/postgres/commit-facts';
import { writeManifests } from '#index/postgres/write-manifests';
import type { MadeDocument } from './manifests/make-documents.js';
import { type Published, publishManifest } from './manifests/publish-manifest.js';
import { readClaim } from './manifests/read-claim.js';

/** Documents of manifests that no longer count, and are kept all the same: the last so many of a claim. */
const SUPERSEDED_KEPT_MAX = 8;

export type ManifestPorts = Readonly<{
  /** Not the pool of `keys`: a command would wait for a connection while it holds one. */
  commitPool: Pool;
  pool: Pool;
  /** A log that isn't in the pool's database. */
  log?: EventLog | undefined;
  keys: KeyRing;
  findable: Pick<Findable, 'rows'>;
  ids: Pick<OpaqueIds, 'care'>;
  /** Where everybody reaches the archive, without slash at the end. */
  publicUrl: string;
  wallMs: () => number;
}>;

export type Manifests = Readonly<{
  publish: (claim: string) => Promise<Published>;
  look: () => Promise<void>;
}>;

/** What makes manifests, over the log and its rows. */
export function manifestsOf(ports: ManifestPorts): Manifests {
  const { pool, commitPool, log, keys, findable, ids, publicUrl, wallMs } = ports;
  const facts: FactPorts = {
    pool: commitPool,
    logWithin: (client) => log ?? postgresLog(client),
    ledger: { keys, upcasters: archiveUpcasters, random: randomBytes },
  };
  const ledger = { ...facts.ledger, store: log ?? postgresLog(pool) };
  const policies = accessPolicies({ ...facts, pool });
  let policy: AccessPolicy = accessPolicy;
  const publishing = {
    read: (claim: string) => readClaim(findable, claim),
    policyInForce: () => policy,
    stateOf: async (claim: string) =>
      (await foldStream(ledger, { stream: manifestStream(claim) }, manifest)).state,
    keptOf: (claim: string) => keptOf(pool, claim),
    keep: (command: ManifestCommand, documents: readonly MadeDocument[]) =>
      keep({ facts, keys }, command, documents),
    placeOf: (hospital: string, claim: string) => ({
      root: `${publicUrl}/dicom-web/claims/${claim}`,
      location: uidOfUuid(ids.care('retrieve-location', hospital)),
    }),
    wallMs,
  };
  return {
    publish: (claim) => publishManifest(publishing, claim),
    look: async () => {
      policy = (await policies.read()) ?? accessPolicy;
    },
  };
}

async function keptOf(pool: Pool, claim: string): Promise<string> {
  const { rows } = await pool.query(
    `select m.manifest from manifests m where m.claim = $1 and m.status = 'current'
       and (select count(*) from manifest_contents c where c.manifest = m.manifest) = json_array_length(m.documents::json)`,
    [claim],
  );
  return rows[0]?.manifest ?? '';
}

type Keeping = Readonly<{ facts: FactPorts; keys: KeyRing }>;

async function keep(
  { facts, keys }: Keeping,
  command: ManifestCommand,
  documents: readonly MadeDocument[],
): Promise<boolean> {
  const { claim } = command;
  const id = randomUUID();
  const metadata = { actor: 'ingest-worker', correlationId: id, causationId: claim };
  const key = command.kind === 'offer' ? (await keys.find([claim])).get(claim) : undefined;
  if (key === 'destroyed') return false;
  const order = { id, stream: manifestStream(claim), keyId: claim, command, metadata };
  const decision = await commitFacts(facts, manifest, order, async (client, told) => {
    await writeManifests(client, told);
    if (command.kind === 'offer' && key !== undefined)
      await writeContents(client, command, documents.map(sealedBy(key, command)));
  });
  return decision.ok && decision.events.length > 0;
}

type Offer = Extract<ManifestCommand, { kind: 'offer' }>;
type Content = Readonly<{ encoding: string; body: Buffer }>;

const sealedBy =
  ({ secret }: SealingKey, { manifest: named }: Offer) =>
  ({ document: { encoding }, body }: MadeDocument): Content => ({
    encoding,
    body: sealManifest(secret, { manifest: named, encoding }, body, randomBytes(NONCE_BYTES)),
  });

/** Those of the manifest that the row tells of alone: another worker may have been first. */
async function writeContents(
  client: PoolClient,
  { claim, manifest: named, envelope }: Offer,
  contents: readonly Content[],
): Promise<void> {
  for (const { encoding, body } of contents)
    await client.query(
      `insert into manifest_contents (manifest, encoding, claim, body)
       select manifest, $2, claim, $3 from manifests where manifest = $1 and documents = $4 on conflict do nothing`,
      [named, encoding, body, JSON.stringify(envelope.documents)],
    );
  await client.query(
    `delete from manifest_contents where manifest in (select manifest from manifests
       where claim = $1 and status = 'superseded' order by revision desc offset ${SUPERSEDED_KEPT_MAX})`,
    [claim],
  );
}

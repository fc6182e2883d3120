import type { Pool } from 'pg';
import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { FrameDecoder } from '#dicom/transcode';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import type { RefusedCredentials } from '#evidence/refused-credentials';
import type { MatchWindows } from '#exams/match-windows';
import type { CareCommands } from '#index/care-commands';
import type { DispositionDesk } from '#index/disposition-desk';
import type { Findable } from '#index/findable';
import type { HoldDesk } from '#index/hold-desk';
import type { IdentityDesk } from '#index/identity-desk';
import type { PublishedWindows } from '#index/match-windows-commands';
import type { OpaqueIds } from '#index/opaque-ids';
import type { OrderCommands } from '#index/order-commands';
import type { AccessPolicies } from '#index/policy-commands';
import type { TermsOf } from '#index/terms-of';
import type { WebhookDesk } from '#index/webhook-desk';
import type { ArchiveIssuer } from '#platform/archive-issuer';
import type { Log } from '#platform/log';
import type { SigningKey } from '#platform/signing-key';
import type { VerifyToken } from '#platform/verify-token';
import type { HandOver } from '#storage/hand-over';
import type { ObjectStore } from '#storage/object-store';
import type { HospitalRegistry } from './caller/hospital-registry.js';
import type { FirstLook } from './first-look/first-look.js';
import type { RetentionDesk } from './retention/retention-ports.js';
import type { FrameDisplayer } from './retrieve/rendered/display-pool.js';
import type { Searching } from './search/search-ports.js';
import type { StoreSettings } from './store/store-settings.js';

/** All that the edge needs from outside itself; the composition root opens it, tests open it otherwise. */
export type Ports = Readonly<{
  pool: Pool;
  /** Gives connections that stay the same session, where those of `pool` don't. */
  sessions?: Pool;
  objects: ObjectStore;
  findable: Findable;
  searching?: Searching | undefined;
  ids: OpaqueIds;
  keys: Pick<KeyRing, 'find'>;
  /** The log; without it, that of the pool's database. */
  events?: Pick<EventStore, 'read'>;
  /** What changes treatment and consent. */
  care: CareCommands;
  /** Legal holds. */
  holds: HoldDesk;
  /** What changes orders and their cards. */
  orders: OrderCommands;
  /** By which terms exams are classified. */
  termsOf: TermsOf;
  /** Where everybody reaches the archive; without it, where each request says. */
  publicUrl?: string;
  /** What changes who is who. */
  identity: IdentityDesk;
  /** Who is told of changes over HTTP. */
  webhooks: WebhookDesk;
  /** Private networks (CIDR) that webhooks may be in. */
  webhookNetworks?: readonly string[];
  /** Decodes and encodes frames off the event loop. */
  decode: FrameDecoder;
  /** Draws frames off the event loop. */
  display: FrameDisplayer;
  verify: VerifyToken;
  /** Writes down who was shown what, and who was not. */
  recordAccess: RecordAccess;
  /** Counts requests that nobody is believed for. */
  refusedCredentials: RefusedCredentials;
  registry: HospitalRegistry;
  /** What a proxy sends along to be believed about certificates of clients; undefined: none is. */
  proxySecret: string | undefined;
  /** Gives tokens to machines. */
  tokens: ArchiveIssuer;
  /** The published policy; without it the built-in table. */
  policyInForce?: () => AccessPolicy;
  /** Looks for a published policy at once. */
  lookForPolicy?: () => Promise<void>;
  policies: AccessPolicies;
  /** The published windows of duplicate exams; without it the built-in ones. */
  windowsInForce?: () => MatchWindows;
  /** Looks for published windows at once. */
  lookForWindows?: () => Promise<void>;
  windows: PublishedWindows;
  /** What is disposed of, by whose word. */
  dispositions: DispositionDesk;
  /** How long what is kept is kept, and what moves that. */
  retention: RetentionDesk;
  /** Signs what the archive gives out. */
  signer: SigningKey;
  /** Within so many days everything is to be read again. */
  fixityDays?: number;
  log: Log;
  nowMs: () => number;
  /** Milliseconds since 1970. */
  wallMs: () => number;
  demo: boolean;
  /** The number of this process where several share a port. */
  edge?: number | undefined;
  firstLook: FirstLook;
  store: StoreSettings;
  /** Left out, every job is queued. */
  handOver?: HandOver | undefined;
}>;

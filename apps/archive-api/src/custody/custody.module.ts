import type { Provider, Type } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { studyStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import { postgresLog } from '#events/postgres/postgres-log';
import { packageProofs } from '#evidence/postgres/package-proofs';
import { fixityFigures, openDamage } from '#index/postgres/fixity-ledger';
import { type RestitutionPorts, studiesToGive } from '#index/restitution-source';
import type { Config } from '#platform/config';
import { openSigningKey } from '#platform/signing-key';
import { openPlace } from '#storage/read-place';
import type { Ports } from '../ports.js';
import { DEPOSITS, DepositController, type Deposits } from './deposit.controller.js';
import { depositReceipt } from './deposit-receipt.js';
import { FIXITY, FixityController, type FixityPorts } from './fixity.controller.js';
import {
  RESTITUTION,
  RestitutionController,
  type RestitutionDesk,
} from './restitution.controller.js';

const FIXITY_DAYS = 90;

export const custodyControllers: readonly Type[] = [
  FixityController,
  RestitutionController,
  DepositController,
];

export const custodyProviders = (ports: Ports): Provider[] => [
  fixityProvider(ports),
  { provide: RESTITUTION, useValue: deskOf(ports) },
  {
    provide: DEPOSITS,
    useValue: ((asked) => depositReceipt(ports.pool, ports.signer, asked)) satisfies Deposits,
  },
];

/** What settings say of custody, and what signs. */
export const custodyPorts = async ({
  fixity,
  dataFolder,
}: Pick<Config, 'fixity' | 'dataFolder'>) => ({
  fixityDays: fixity.days,
  signer: await openSigningKey(dataFolder),
});

/** What the metrics ask. */
export const fixityFiguresOf =
  ({ pool }: Pick<Ports, 'pool'>) =>
  () =>
    fixityFigures(pool);

const fixityProvider = ({ pool, wallMs, fixityDays = FIXITY_DAYS }: Ports): Provider => ({
  provide: FIXITY,
  useValue: {
    ...{ days: fixityDays, wallMs },
    figures: () => fixityFigures(pool),
    damageOf: (hospital, limit) => openDamage(pool, hospital, limit),
  } satisfies FixityPorts,
});

function deskOf(ports: Ports): RestitutionDesk {
  const { pool, keys, findable, objects, registry, recordAccess, wallMs, signer } = ports;
  const store = ports.events ?? postgresLog(pool);
  const source: RestitutionPorts = {
    findable,
    ledger: { store, keys, upcasters: archiveUpcasters },
    openBytes: (place) => openPlace(objects, place),
  };
  return {
    ...packageProofs(pool),
    ...{ signer, recordAccess, wallMs },
    studies: (hospital, claim) => studiesToGive(source, { hospital, claim }),
    isOf: async (hospital, claim) => {
      for await (const { data } of store.read(studyStream(claim)))
        return (data as Readonly<{ hospital?: unknown }>).hospital === hospital;
      return false;
    },
    isFrozen: (hospital) => registry.isFrozen(hospital, 'export'),
    policyInForce: ports.policyInForce ?? (() => accessPolicy),
  };
}

import { accept, type Decider, refuse } from '#events/decider';
import type { AccessPolicyPublished } from '../policy-events.js';
import type { AccessSubject } from './access-facts.js';
import { accessPolicy } from './access-policy.js';
import type { AccessPolicy } from './access-table.js';
import { AGENCY } from './agency.js';
import { decideAction } from './decide-access.js';
import { isOfOthers } from './jurisdictions.js';

/** Publishes a table in the place of the one that its author read. */
export type PublishPolicy = Readonly<{ basedOn: string; policy: AccessPolicy }>;

/**
 * `overtaken`: another version is in force than it is based on. `version-used`: a version names one table for good. `ids-repeated`: a decision
 * names its row. `open-to-anyone`: only rows that deny may be for anyone.
 * `own-by-jurisdiction`: rows for the own hospital hold everywhere. `locks-out`: nobody could publish the next one.
 */
export type PolicyRefusal =
  | 'overtaken'
  | 'version-used'
  | 'ids-repeated'
  | 'open-to-anyone'
  | 'own-by-jurisdiction'
  | 'locks-out';

/** The versions that were in force, the latest last; the built-in one was the first. */
type Versions = readonly string[];

export const policy: Decider<Versions, PublishPolicy, AccessPolicyPublished, PolicyRefusal> = {
  initial: [accessPolicy.version],
  evolve: (versions, { data }) => [...versions, data.policy.version],
  decide: (command, versions) => {
    if (versions.at(-1) !== command.basedOn) return refuse('overtaken');
    if (versions.includes(command.policy.version)) return refuse('version-used');
    const fault = faultOf(command.policy);
    if (fault !== undefined) return refuse(fault);
    const { basedOn, policy: published } = command;
    return accept({ type: 'AccessPolicyPublished', data: { basedOn, policy: published } });
  },
};

/** What no table may be, whatever it says. */
export function faultOf(published: AccessPolicy): PolicyRefusal | undefined {
  const rows = [...published.rules, ...published.alsoObliged];
  if (new Set(rows.map(({ id }) => id)).size !== rows.length) return 'ids-repeated';
  if (published.rules.some(({ effect, roles }) => effect === 'permit' && roles === 'anyone'))
    return 'open-to-anyone';
  if (!published.rules.every(isOfOthers)) return 'own-by-jurisdiction';
  const { outcome } = decideAction(ADMINISTRATOR, 'publish-policy', null, published);
  return outcome === 'permit' ? undefined : 'locks-out';
}

const ADMINISTRATOR: AccessSubject = {
  actor: '',
  organisation: AGENCY,
  group: '',
  roles: ['admin'],
  purpose: null,
  mfa: true,
  machine: false,
  person: null,
  onBehalfOf: null,
  crisis: false,
};

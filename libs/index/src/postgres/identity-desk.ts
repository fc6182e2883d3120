import type { IdentityDesk } from '../identity-desk.js';
import {
  type IdentityPorts,
  identifyPatient,
  linkIdentities,
  mergeIdentities,
  partIdentities,
  tiesOf,
  unlinkIdentities,
  unmergeIdentities,
} from './identity-commands.js';
import { reassignStudies, reassignStudy, returnStudy } from './reassign-studies.js';

/** The commands of identity over the log and its rows. */
export const identityDesk = (ports: IdentityPorts): IdentityDesk => ({
  identify: identifyPatient.bind(undefined, ports),
  link: linkIdentities.bind(undefined, ports),
  merge: mergeIdentities.bind(undefined, ports),
  unlink: unlinkIdentities.bind(undefined, ports),
  unmerge: unmergeIdentities.bind(undefined, ports),
  part: partIdentities.bind(undefined, ports),
  tiesOf: tiesOf.bind(undefined, ports),
  reassignStudy: reassignStudy.bind(undefined, ports),
  reassignStudies: reassignStudies.bind(undefined, ports),
  returnStudy: returnStudy.bind(undefined, ports),
});

import type { AccessSubject } from '#archive/access/access-facts';
import { actorOf, type Caller } from './caller.js';

/** The caller as the access decision knows it. */
export const accessSubjectOf = (caller: Caller): AccessSubject => ({
  actor: actorOf(caller),
  organisation: caller.hospital,
  group: caller.group,
  roles: caller.roles,
  purpose: caller.purpose,
  mfa: caller.mfa,
  machine: caller.machine,
  person: caller.person,
  onBehalfOf: caller.act && {
    actor: actorOf(caller.act),
    organisation: caller.act.organisation,
    roles: caller.act.roles,
  },
  crisis: caller.crisis,
});

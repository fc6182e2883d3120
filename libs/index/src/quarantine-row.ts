import type { InstancesQuarantined } from '#archive/catalogue';

/** The rows of table `quarantine` that a fact makes, without when and what was decided. */
export const quarantineRows = ({ hospital, job, parts }: InstancesQuarantined['data']) =>
  parts.map(({ quarantine, part, pack, reason, why, entry }) => ({
    id: quarantine,
    hospital,
    job,
    part,
    pack,
    sha256: entry.sha256,
    byte_offset: entry.offset,
    bytes: entry.bytes,
    reason,
    why,
  }));

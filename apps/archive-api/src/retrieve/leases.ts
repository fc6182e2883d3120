import type { BufferLease, BufferPool } from '#platform/buffer-pool';

/** The leases of one answer. `dropAll` drops those that are left, into which may still be read, and ends any that is asked for later: nobody takes the answer any more. */
export function leasesOf(
  buffers: BufferPool,
): Readonly<{ lease: () => BufferLease; dropAll: () => void }> {
  const open = new Set<BufferLease>();
  let over = false;
  return {
    lease: () => {
      const { allocate, end, drop } = buffers.lease();
      const lease: BufferLease = {
        allocate,
        end: () => {
          open.delete(lease);
          end();
        },
        drop: () => {
          open.delete(lease);
          drop();
        },
      };
      if (over) end();
      else open.add(lease);
      return lease;
    },
    dropAll: () => {
      over = true;
      for (const lease of [...open]) lease.drop();
    },
  };
}

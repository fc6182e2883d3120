import type { BufferLease, BufferPool } from '#platform/buffer-pool';

/** The leases of one answer. `endAll` ends those that are left, and any that is asked for later: nobody takes the answer any more. */
export function leasesOf(
  buffers: BufferPool,
): Readonly<{ lease: () => BufferLease; endAll: () => void }> {
  const open = new Set<BufferLease>();
  let over = false;
  return {
    lease: () => {
      const { allocate, end } = buffers.lease();
      const lease: BufferLease = {
        allocate,
        end: () => {
          open.delete(lease);
          end();
        },
      };
      if (over) end();
      else open.add(lease);
      return lease;
    },
    endAll: () => {
      over = true;
      for (const lease of [...open]) lease.end();
    },
  };
}

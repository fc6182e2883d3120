import type { MachineClient } from '#archive/hospital-events';
import { createKeySource } from '#platform/key-source';

type ClientKey = ReturnType<typeof createKeySource>;

/** The public keys of a machine; fetched ones are kept, for as many machines as `KEPT_MAX`. */
export type ClientKeys = (client: MachineClient) => ClientKey;

const KEPT_MAX = 10_000;

export function clientKeys(): ClientKeys {
  const kept = new Map<string, ClientKey>();
  return ({ keys }) => {
    const name = JSON.stringify(keys);
    const known = kept.get(name);
    if (known !== undefined) return known;
    const [oldest] = kept.keys();
    if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    const made = createKeySource({ keys });
    kept.set(name, made);
    return made;
  };
}

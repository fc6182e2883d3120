import type { CdsHooksClient, MachineClient } from '#archive/hospital-events';

/** A client of CDS Hooks that has proven itself: a program of `hospital`. */
export type CdsClient = Readonly<{
  hospital: string;
  id: string;
  settings: CdsHooksClient;
  /** When the JWT of this request was made; milliseconds since 1970. */
  issuedAtMs: number;
}>;

/** A machine that its hospital lets ask by CDS Hooks. */
export type RegisteredCdsClient = MachineClient & Readonly<{ cdsHooks: CdsHooksClient }>;

export const isCdsClient = (client: MachineClient): client is RegisteredCdsClient =>
  client.cdsHooks !== undefined;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of the routes that are for such clients. */
    cdsClient?: CdsClient;
  }
}

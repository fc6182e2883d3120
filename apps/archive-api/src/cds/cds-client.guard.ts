import { type CanActivate, type ExecutionContext, Inject } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf } from '../caller/caller.js';
import type { CertificateOf } from '../caller/certificate-of.js';
import type { HospitalRegistry } from '../caller/hospital-registry.js';
import type { ProofRefusal } from '../machine-tokens/prove-client.js';
import { forbidden, ProblemException, tokenKeysUnreachable, unauthorized } from '../problem.js';
import type { CdsClient, RegisteredCdsClient } from './cds-client.js';
import { type CdsProofPorts, proveCdsClient } from './prove-cds-client.js';
import { serviceAddresses } from './service-address.js';

export const CDS_CLIENTS = Symbol('CdsClients');

/** What lets clients of CDS Hooks in. `tokenIssuer`: under whose name machines are revoked; `publicUrl`: where the archive is reached from outside. */
export type CdsClientPorts = Omit<CdsProofPorts, 'registry'> &
  Readonly<{
    registry: HospitalRegistry;
    certificateOf: CertificateOf;
    tokenIssuer: string;
    publicUrl: string | undefined;
    wallMs: () => number;
  }>;

const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;
const RETRY_SECONDS = 5;

/** Lets in who proves with a JWT of their own to be a client of CDS Hooks, and says who that is. */
export class CdsClientGuard implements CanActivate {
  constructor(@Inject(CDS_CLIENTS) private readonly ports: CdsClientPorts) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const jwt = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (jwt === undefined) throw new ProblemException(unauthorized());
    const { registry, publicUrl, wallMs } = this.ports;
    if (!registry.isFresh()) await registry.look();
    const services = serviceAddresses(request, publicUrl);
    const proof = await proveCdsClient({ jwt, services, nowMs: wallMs() }, this.ports);
    if (!proof.ok) throw notBelieved(request, proof.why);
    this.refuse(request, proof);
    request.cdsClient = proof.client;
    return true;
  }

  /** What is held against a client whose JWT is good. */
  private refuse(
    request: FastifyRequest,
    { client, registered }: Readonly<{ client: CdsClient; registered: RegisteredCdsClient }>,
  ): void {
    const { registry, tokenIssuer, certificateOf } = this.ports;
    const { hospital, id, issuedAtMs } = client;
    const actor = actorOf({ issuer: tokenIssuer, subject: id });
    if (registry.isRevoked({ issuer: tokenIssuer, actor, issuedAtMs }))
      throw notBelieved(request, 'revoked');
    const { certificates } = registered;
    if (certificates.length > 0 && !certificates.includes(certificateOf(request.headers) ?? ''))
      throw notBelieved(request, 'wrong-certificate');
    if (registry.find(hospital)?.suspended || registry.isFallbackOpen(hospital))
      throw new ProblemException(forbidden('The machines of the hospital are denied.'));
  }
}

function notBelieved(
  request: FastifyRequest,
  why: ProofRefusal | 'revoked' | 'wrong-certificate',
): ProblemException {
  request.refusal = why;
  return new ProblemException(
    why === 'keys-unreachable'
      ? tokenKeysUnreachable(RETRY_SECONDS)
      : unauthorized(`The JWT is refused: ${why}.`),
  );
}

/** The client of a request that the guard let in. */
export function cdsClientOf({ cdsClient }: FastifyRequest): CdsClient {
  if (cdsClient === undefined) throw new Error('a route of CDS Hooks ran without its guard');
  return cdsClient;
}

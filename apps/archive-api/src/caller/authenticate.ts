import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpaqueIds } from '#index/opaque-ids';
import type { Affiliation, CallerClaims, TokenRefusal, VerifyToken } from '#platform/verify-token';
import { problemAnswer, sendAnswer } from '../answer.js';
import {
  badRequest,
  forbidden,
  type Problem,
  tokenKeysUnreachable,
  unauthorized,
} from '../problem.js';
import { actorOf, type Caller } from './caller.js';
import type { CertificateOf, PresentedCertificate } from './certificate-of.js';
import { chooseAffiliation, ORGANISATION_HEADER } from './choose-affiliation.js';
import type { HospitalRegistry } from './hospital-registry.js';
import { readScopes } from './scopes.js';

/** What a request brings to say who asks: the Authorization field, the organisation that it names, the certificate of its connection. */
export type Credential = Readonly<{
  authorization: string | undefined;
  organisation: string | undefined;
  certificate: PresentedCertificate;
}>;

/** Credential → who asks, or why nobody is believed. */
export type Authenticate = (
  credential: Credential,
) => Promise<Readonly<{ ok: true; caller: Caller } | Refused>>;

/** `ids` name the patient whom a token names, `personOf` tells whose identifier that is now. */
export type AuthenticatePorts = Readonly<{
  verify: VerifyToken;
  ids: Pick<OpaqueIds, 'patient'>;
  personOf: (patient: string) => Promise<string>;
  registry: HospitalRegistry;
  /** The issuer of the tokens that the archive itself gives to machines. */
  tokenIssuer: string;
}>;

const BEARER = /^bearer +([\w\-.~+/]+=*)$/i;
const RETRY_SECONDS = 5;
/** The roles that only programs have. */
const MACHINE_ROLES = ['modality', 'hospital-system'];

export const authenticate =
  (ports: AuthenticatePorts): Authenticate =>
  async (credential) => {
    const proven = await proveToken(ports.verify, credential);
    if (!proven.ok) return proven;
    const { claims } = proven;
    const chosen = chooseAffiliation(claims, credential.organisation, ports.registry);
    if (!chosen.ok) return chosen;
    const machine = asRegistered(claims, chosen.active, ports);
    if (!machine.ok) return machine;
    const caller = callerFrom(claims, machine.active, ports);
    const not = whyNot(caller, claims, ports.registry);
    if (not !== undefined) return not;
    return { ok: true, caller: await withPeople(caller, claims, ports) };
  };

/** The human beings whom the token names, by the identifiers that it names them by. */
async function withPeople(
  caller: Caller,
  { patient, scope = '' }: CallerClaims,
  { ids, personOf }: AuthenticatePorts,
): Promise<Caller> {
  const scopes = readScopes(scope);
  const named = patient === null ? null : patientNamed(patient, ids);
  const isAsked = caller.patient !== null || scopes !== undefined;
  const person = named === null || !isAsked ? null : await personOf(named);
  return {
    ...caller,
    person: caller.patient === null ? null : person,
    ...(scopes && { scopes, ...(person !== null && { context: person }) }),
  };
}

const patientNamed = (
  patient: NonNullable<CallerClaims['patient']>,
  ids: AuthenticatePorts['ids'],
): string =>
  'resource' in patient ? patient.resource : ids.patient(patient.authority, patient.id);

type Proven = Readonly<{ ok: true; claims: CallerClaims } | Refused>;

/** A token counts when it is well signed and, bound to a certificate, comes over that certificate's connection (RFC 8705 §3). */
async function proveToken(
  verify: VerifyToken,
  { authorization = '', certificate }: Credential,
): Promise<Proven> {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) return refused(unauthorized());
  if (certificate === 'forged')
    return refused(badRequest('Client-Cert is believed from a trusted proxy only.'));
  const verdict = await verify(token);
  if (!verdict.ok) return notBelieved(verdict.refusal);
  const { caller: claims } = verdict;
  return claims.thumbprint === null || claims.thumbprint === certificate
    ? { ok: true, claims }
    : notBelieved('wrong-certificate');
}

/** `refusal`: the code that the record of refused credentials names, of those that are 401. */
type Refused = Readonly<{ ok: false; problem: Problem; refusal?: string }>;

const notBelieved = (refusal: TokenRefusal | CallerRefusal): Refused =>
  refusal === 'keys-unreachable'
    ? refused(tokenKeysUnreachable(RETRY_SECONDS))
    : { ok: false, problem: unauthorized(`The token is refused: ${refusal}.`), refusal };

/** Why a token that is well signed is not believed. */
type CallerRefusal = 'wrong-certificate' | 'unknown-client' | 'revoked';

/** A machine with a token of the archive itself is what its hospital's settings make of it now, not when it got the token. */
function asRegistered(
  { issuer, subject, thumbprint }: CallerClaims,
  active: Affiliation,
  { registry, tokenIssuer }: AuthenticatePorts,
): Readonly<{ ok: true; active: Affiliation } | Refused> {
  if (issuer !== tokenIssuer) return { ok: true, active };
  const entry = registry.client(subject);
  if (entry?.hospital !== active.organisation) return notBelieved('unknown-client');
  const { certificates, roles } = entry.client;
  if (certificates.length > 0 && !certificates.includes(thumbprint ?? ''))
    return notBelieved('wrong-certificate');
  return { ok: true, active: { ...active, roles } };
}

const refused = (problem: Problem) => ({ ok: false, problem }) as const;

function callerFrom(
  { issuer, subject, name, purpose, patient, client, act }: CallerClaims,
  { organisation, roles, mfa }: Affiliation,
  { ids, registry }: AuthenticatePorts,
): Caller {
  const asks = patient !== null && roles.includes('patient');
  const asking = asks ? patientNamed(patient, ids) : null;
  return {
    hospital: organisation,
    roles,
    issuer,
    subject,
    ...(name === undefined ? {} : { name }),
    purpose,
    mfa,
    machine: client !== null || roles.some((role) => MACHINE_ROLES.includes(role)),
    act,
    patient: asking,
    person: asking,
    group: registry.find(organisation)?.group ?? '',
    crisis: registry.isFallbackOpen(organisation),
  };
}

/** What the registry has against a caller whose token is good. */
function whyNot(
  caller: Caller,
  { issuedAtMs }: CallerClaims,
  registry: HospitalRegistry,
): Refused | undefined {
  const { hospital, act, machine } = caller;
  const people = [caller, ...(act ? [act] : [])];
  if (
    people.some((one) =>
      registry.isRevoked({ issuer: one.issuer, actor: actorOf(one), issuedAtMs }),
    )
  )
    return notBelieved('revoked');
  const organisations = [hospital, ...(act ? [act.organisation] : [])];
  if (organisations.some((each) => registry.find(each)?.suspended))
    return refused(forbidden('The hospital is suspended.'));
  if (machine && registry.isFallbackOpen(hospital))
    return refused(forbidden('The fallback of the hospital is open: its machines are denied.'));
  return undefined;
}

/** Pages, health, the token endpoint and CDS Hooks, whose clients prove themselves otherwise, need no caller; the guard denies everything else without one, whatever path got it here. */
const OPEN_PATH =
  /^\/(?:$|\?|health\/|oauth2\/token$|cds-services(?:$|[/?])|viewer(?:$|[/?])|sign-(?:in|out)$)/;

/** Where a request's credential is: an Authorization field, or what stands for one. */
export type CredentialOf = (request: FastifyRequest) => string | undefined;

export const IDENTIFY = Symbol('Identify');

/** Request → who asks, or why nobody is believed. */
export type Identify = (request: FastifyRequest) => ReturnType<Authenticate>;

/** How requests are read for what they say of who asks. */
export type CallerReading = Readonly<{ credentialOf: CredentialOf; certificateOf: CertificateOf }>;

export const identify =
  (authenticated: Authenticate, { credentialOf, certificateOf }: CallerReading): Identify =>
  (request) =>
    authenticated({
      authorization: credentialOf(request),
      organisation: request.headers[ORGANISATION_HEADER]?.toString(),
      certificate: certificateOf(request.headers),
    });

/** What says how to get a token is read before there is one. */
const DISCOVERY_PATH = /^\/(?:fhir\/metadata|(?:fhir\/)?\.well-known\/smart-configuration)(?:$|\?)/;

/** A hook for every request, routed or not: without a good token the answer is 401, also for what is not there. */
export const requireCaller =
  (identified: Identify) =>
  (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    if ([OPEN_PATH, DISCOVERY_PATH].some((path) => path.test(request.url))) {
      done();
      return;
    }
    identified(request)
      .then(async (found) => {
        if (!found.ok) {
          request.refusal = found.refusal ?? '';
          return sendAnswer(reply, problemAnswer(found.problem));
        }
        request.caller = found.caller;
        return done();
      })
      .catch(done);
  };

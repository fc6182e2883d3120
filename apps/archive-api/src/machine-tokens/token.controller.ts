import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ArchiveIssuer, MACHINE_TOKEN_S } from '#platform/archive-issuer';
import { type Answer, sendAnswer, textAnswer } from '../answer.js';
import type { CertificateOf } from '../caller/certificate-of.js';
import type { HospitalRegistry } from '../caller/hospital-registry.js';
import { Open } from '../caller/permit.guard.js';
import type { ClientEntry } from '../caller/registry-entries.js';
import { understoodScopes } from '../caller/scopes.js';
import { readForm } from '../first-look/read-form.js';
import { ProblemException, tokenKeysUnreachable } from '../problem.js';
import { type ProofPorts, proveClient } from './prove-client.js';

export const TOKEN_ENDPOINT = Symbol('TokenEndpoint');

/** What giving tokens to machines needs. */
export type TokenPorts = Omit<ProofPorts, 'audience' | 'registry'> &
  Readonly<{ registry: HospitalRegistry; tokens: ArchiveIssuer; certificateOf: CertificateOf }>;

const FORM_BYTES_MAX = 16 * 1024;
const RETRY_SECONDS = 5;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Where machines get their tokens: the client credentials grant (RFC 6749 §4.4) with a signed assertion (RFC 7523 §2.2). */
@Controller('oauth2')
export class TokenController {
  constructor(@Inject(TOKEN_ENDPOINT) private readonly ports: TokenPorts) {}

  @Open()
  @Post('token')
  async give(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendAnswer(reply, await this.answer(request));
  }

  private async answer(request: FastifyRequest): Promise<Answer> {
    const form = await readForm(request.raw, FORM_BYTES_MAX);
    const assertion = form === undefined ? undefined : assertionIn(form);
    if (form === undefined || assertion === null) return oauthError(400, 'invalid_request');
    if (form.get('grant_type') !== 'client_credentials')
      return oauthError(400, 'unsupported_grant_type');
    if (assertion === undefined) return oauthError(401, 'invalid_client');
    const { registry, tokens } = this.ports;
    if (!registry.isFresh()) await registry.look();
    const nowMs = Date.now();
    const audience = tokens.trusted.issuer;
    const proof = await proveClient(assertion, { ...this.ports, audience }, nowMs);
    const scope = scopeIn(form);
    if (proof.ok)
      return scope === null
        ? oauthError(400, 'invalid_scope')
        : this.tokenFor(proof.entry, request, { nowMs, scope });
    if (proof.why === 'keys-unreachable')
      throw new ProblemException(tokenKeysUnreachable(RETRY_SECONDS));
    request.refusal = proof.why;
    return oauthError(401, 'invalid_client', proof.why);
  }

  /** A machine with registered certificates gets a token over one of them only, and bound to it (RFC 8705 §3). */
  private async tokenFor(
    { hospital, client }: ClientEntry,
    request: FastifyRequest,
    { nowMs, scope }: Readonly<{ nowMs: number; scope: string | undefined }>,
  ): Promise<Answer> {
    const { registry, tokens, certificateOf } = this.ports;
    if (registry.find(hospital)?.suspended || registry.isFallbackOpen(hospital))
      return oauthError(400, 'unauthorized_client', 'hospital-denied');
    const certificate = certificateOf(request.headers);
    if (certificate === 'forged') return oauthError(400, 'invalid_request', 'forged-certificate');
    const { certificates } = client;
    const isBound = certificates.length > 0;
    if (isBound && (certificate === null || !certificates.includes(certificate))) {
      request.refusal = 'wrong-certificate';
      return oauthError(401, 'invalid_client', 'wrong-certificate');
    }
    const asked = scope === undefined ? {} : { scope };
    const claims = { client: client.id, hospital, roles: client.roles, ...asked };
    const thumbprint = isBound ? certificate : null;
    return json(200, {
      access_token: await tokens.sign({ ...claims, thumbprint }, nowMs),
      token_type: 'Bearer',
      expires_in: MACHINE_TOKEN_S,
      ...asked,
    });
  }
}

/* Null: the form says it twice, or says nothing that is understood. */
function assertionIn(form: URLSearchParams): string | undefined | null {
  const names = ['grant_type', 'client_assertion_type', 'client_assertion'];
  if (names.some((name) => form.getAll(name).length > 1) || !form.has('grant_type')) return null;
  const type = form.get('client_assertion_type');
  return type === ASSERTION_TYPE ? (form.get('client_assertion') ?? undefined) : undefined;
}

/** The scopes that are understood, of those asked for; undefined when none are, null when none is understood: a token for less is given, not one for all. */
function scopeIn(form: URLSearchParams): string | undefined | null {
  const asked = form.get('scope');
  if (asked === null) return undefined;
  const granted = understoodScopes(asked);
  return granted.length === 0 || form.getAll('scope').length > 1 ? null : granted.join(' ');
}

/** RFC 6749 §5.2. */
const oauthError = (status: 400 | 401, error: string, description?: string): Answer =>
  json(status, {
    error,
    ...(description === undefined ? {} : { error_description: description }),
  });

function json(status: number, body: unknown): Answer {
  const answer = textAnswer(status, 'application/json', JSON.stringify(body));
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

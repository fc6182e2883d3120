import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { type AddressGuard, ForbiddenAddress } from '#platform/public-address';

/** What became of a try: `outcome` is a code. `isGone`: the receiver wants no more (410). */
export type Sent = Readonly<{
  isTaken: boolean;
  outcome: string;
  isGone: boolean;
  retryAfterMs: number | undefined;
}>;

/** One try: to whom, and what. */
export type Posting = Readonly<{
  address: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** `guard`: whom the archive may call. `ca`: certificates that are believed besides the usual ones, in PEM. */
export type Sending = Readonly<{ guard: AddressGuard; ca: string | undefined }>;

const TRY_MS_MAX = 15_000;
const LOOK_UP_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
const GONE = 410;

/**
 * Sends it once and tells what came of it. The address is looked up once and the connection is made to what was found then, so that no second look-up
 * leads elsewhere; redirections are not followed, and of the answer only its status counts.
 */
export async function sendWebhook(sending: Sending, posting: Posting): Promise<Sent> {
  try {
    const found = await lookUp(sending.guard, new URL(posting.address).hostname);
    return await post(agentFor(found, sending.ca), posting);
  } catch (error) {
    return { isTaken: false, outcome: codeOf(error), isGone: false, retryAfterMs: undefined };
  }
}

/** A look-up can't be ended, only left behind. */
const lookUp = (guard: AddressGuard, host: string): Promise<readonly LookupAddress[]> =>
  Promise.race([
    guard.resolve(host),
    delay(LOOK_UP_MS_MAX, undefined, { ref: false }).then(() => {
      throw Object.assign(new Error('the host was not looked up in time'), { code: 'LOOKUP_LATE' });
    }),
  ]);

const agentFor = (found: readonly LookupAddress[], ca: string | undefined): Agent =>
  new Agent({
    maxHeaderSize: HEADER_BYTES_MAX,
    connect: {
      lookup: lookedUp(found),
      timeout: TRY_MS_MAX,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    },
  });

const lookedUp =
  (found: readonly LookupAddress[]): LookupFunction =>
  (_host, { all }, answer) => {
    const [first] = found;
    if (all === true) answer(null, [...found]);
    else answer(null, first?.address ?? '', first?.family);
  };

async function post(agent: Agent, { address, headers, body }: Posting): Promise<Sent> {
  try {
    const answer = await request(address, {
      ...{ method: 'POST', dispatcher: agent, body },
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'arkim' },
      signal: AbortSignal.timeout(TRY_MS_MAX),
    });
    await answer.body.dump({ limit: ANSWER_BYTES_MAX });
    const { statusCode: status } = answer;
    return {
      isTaken: status >= 200 && status < 300,
      outcome: `http-${status}`,
      isGone: status === GONE,
      retryAfterMs: retryAfterOf(answer.headers['retry-after']),
    };
  } finally {
    await agent.destroy();
  }
}

/** RFC 9110 §10.2.3, in seconds; a date counts as nothing. */
const retryAfterOf = (field: string | string[] | undefined): number | undefined =>
  typeof field === 'string' && /^\d{1,6}$/.test(field) ? Number(field) * 1_000 : undefined;

const CODE = /^[A-Z0-9_]{1,64}$/;

/** Codes only: messages may have the address in them. */
function codeOf(error: unknown): string {
  if (error instanceof ForbiddenAddress) return 'address-not-permitted';
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return CODE.test(code) ? code.toLowerCase().replaceAll('_', '-') : 'unreachable';
}

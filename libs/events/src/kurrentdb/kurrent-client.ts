import { KurrentDBClient } from '@kurrent/kurrentdb-client';

/** The longest that the server may take for one append, unless the URL says else. */
const CALL_MS_MAX = 30_000;

const OPTIONS = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);
const CERTIFICATE = /certificate|userCertFile/i;

/**
 * A client of the server that the URL names, such as `kurrentdb://user:password@host:2113?tls=true&tlsCAFile=ca.pem`. It
 * connects when it's first used. Throws for a wrong URL or a missing certificate; the message never holds the URL, which may
 * hold a password.
 */
export function kurrentClient(url: string): KurrentDBClient {
  const options = optionsOf(url);
  const unknown = options.find((name) => !OPTIONS.has(flat(name)));
  if (unknown !== undefined)
    throw new Error(`the URL of KurrentDB has an unknown option ${unknown}`);
  try {
    return KurrentDBClient.connectionString(withDeadline(url, options));
  } catch (error) {
    const told = error instanceof Error && CERTIFICATE.test(error.message);
    throw new Error(
      told && !error.message.includes('://')
        ? `the URL of KurrentDB: ${error.message}`
        : 'the URL of KurrentDB can not be read: it has the form kurrentdb://user:password@host:2113?tls=true',
    );
  }
}

const queryOf = (url: string) => url.split('?')[1] ?? '';

const optionsOf = (url: string): readonly string[] =>
  queryOf(url)
    .split('&')
    .filter((option) => option !== '')
    .map((option) => option.split('=')[0] ?? '');

/** As the client compares the names of options. */
const flat = (name: string) => name.trim().toLowerCase().replace(/[_-]/g, '');

function withDeadline(url: string, options: readonly string[]): string {
  if (options.some((name) => flat(name) === 'defaultdeadline')) return url;
  const [address = '', query = ''] = url.trim().split('?');
  const own = `defaultDeadline=${CALL_MS_MAX}`;
  return `${address}?${query === '' ? own : `${query}&${own}`}`;
}

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A time-stamping authority of OpenSSL on a port of its own. `verify`: whether OpenSSL believes that a token stamps this document. */
export type LocalAuthority = Readonly<{
  url: string;
  caFile: string;
  requests: () => number;
  /** What it answers from now on, instead of a time-stamp. */
  misbehave: (answer: ((made: Buffer) => Buffer) | undefined) => void;
  verify: (document: string, token: Buffer) => Promise<string>;
  close: () => Promise<void>;
}>;

const SETTINGS = (folder: string) => `
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[stamper]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = local
[local]
serial = ${folder}/serial
signer_cert = ${folder}/stamper.pem
signer_key = ${folder}/stamper.key
certs = ${folder}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
`;

const run = promisify(execFile);

export async function localAuthority(): Promise<LocalAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'arkim-tsa-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => run('openssl', [...args]);
  await writeFile(at('settings'), SETTINGS(folder));
  await writeFile(at('serial'), '01\n');
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  const config = ['-config', at('settings')];
  const ca = ['-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=Local authority'];
  await openssl(...made, ...config, ...ca, '-extensions', 'authority');
  const own = ['-keyout', at('stamper.key'), '-out', at('stamper.pem'), '-subj', '/CN=Stamper'];
  const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-extensions', 'stamper'];
  await openssl(...made, ...config, ...own, ...by);

  let requests = 0;
  let change: ((answer: Buffer) => Buffer) | undefined;
  const server = createServer(async (request, response) => {
    requests++;
    const query = at(`${randomUUID()}.tsq`);
    await writeFile(query, Buffer.concat(await Array.fromAsync(request)));
    const reply = at(`${randomUUID()}.tsr`);
    await openssl('ts', '-reply', ...config, '-queryfile', query, '-out', reply);
    const answer = await readFile(reply);
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' });
    response.end(change === undefined ? answer : change(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  const verify = async (document: string, token: Buffer): Promise<string> => {
    const [data, stamp] = [at(randomUUID()), at(randomUUID())];
    await writeFile(data, document);
    await writeFile(stamp, token);
    const args = ['-data', data, '-in', stamp, '-token_in', '-CAfile', at('ca.pem')];
    const { stdout } = await openssl('ts', '-verify', ...args).catch(() => ({ stdout: 'failed' }));
    return stdout.trim();
  };
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    caFile: at('ca.pem'),
    requests: () => requests,
    misbehave: (answer) => {
      change = answer;
    },
    verify,
    close: async () => {
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true });
    },
  };
}

import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseRunAs } from '#platform/embedded/run-as';
import { programs } from './external-server.js';

const run = promisify(execFile);

export type Certificates = Readonly<{ caFile: string; certFile: string; keyFile: string }>;

/** A CA of one's own and a server certificate of it for these names, as `subjectAltName` writes them. */
export async function makeCertificates(folder: string, names: string): Promise<Certificates> {
  await mkdir(folder);
  const at = (name: string) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const openssl = (...args: readonly string[]) => run('openssl', [...args]);
  const ca = ['-subj', '/CN=test CA', '-days', '2'];
  await openssl('req', '-x509', ...key, ...ca, '-keyout', at('ca.key'), '-out', at('ca.pem'));
  const csr = ['-subj', '/CN=server', '-keyout', at('server.key'), '-out', at('server.csr')];
  await openssl('req', ...key, ...csr);
  await writeFile(at('names.txt'), `subjectAltName=${names}\n`);
  const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  const signed = ['-extfile', at('names.txt'), '-out', at('server.pem')];
  await openssl('x509', '-req', '-in', at('server.csr'), ...signing, ...signed);
  await giveToServer(at('server.key'));
  return { caFile: at('ca.pem'), certFile: at('server.pem'), keyFile: at('server.key') };
}

/* PostgreSQL takes a key that only its own user can read. */
async function giveToServer(keyFile: string): Promise<void> {
  const { owner } = await chooseRunAs(join(programs(), 'postgres'));
  await chmod(keyFile, 0o600);
  if (owner) await chown(keyFile, owner.uid, owner.gid);
}

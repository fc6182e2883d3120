import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDemoIssuer } from '#platform/demo-issuer';
import { masterKeyFiles } from '#platform/master-key-files';
import { ensureSecrets } from '#platform/secrets';
import { onboard } from '../../apps/archive-api/src/archive-api.testing.js';
import { archiveCore } from '../support/archive-core.js';

const TOKEN_S = 3_600;

test('what was answered is recorded, though the edge is killed the moment after', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'arkim-killed-edge-'));
  const archive = await archiveCore();
  const { pool, url } = archive;
  await ensureSecrets(dataFolder, pool);
  await masterKeyFiles(dataFolder).make(1);
  await onboard(pool, 'HOSP-A');
  const token = await (await openDemoIssuer(dataFolder)).sign({
    organisation: 'HOSP-A',
    roles: ['radiologist'],
    subject: 'doctor',
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: TOKEN_S,
  });
  const headers = { authorization: `Bearer ${token}` };
  const plan = JSON.stringify({ url, dataFolder });
  for (let each = 1; each <= 2; each++) {
    const edge = spawn(process.execPath, ['test/simulation/crashing-edge.mjs', plan], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const exited = once(edge, 'exit');
    const [{ port }] = await once(edge, 'message');
    const answer = await fetch(`http://127.0.0.1:${port}/dicom-web/studies?limit=${each}`, {
      headers,
    });
    edge.kill('SIGKILL');
    expect(answer.status).toBe(200);
    await exited;
    const { rows } = await pool.query(
      `select count(*)::int as records from audit_records where action = 'search'`,
    );
    expect(rows).toEqual([{ records: each }]);
  }
  await archive.close();
  await rm(dataFolder, { recursive: true });
}, 300_000);

import { request } from 'node:http';
import type { TestApi } from '../archive-api.testing.js';

type Taken = Readonly<{ status: number; headers: Headers; bytes: Buffer }>;

/** GET of a path below the DICOMweb root as a radiologist. `fetch` sends a Host of its own; this client sends the one it is given. */
export async function getByHost(
  api: TestApi,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Taken> {
  const authorization = `Bearer ${await api.token('radiologist')}`;
  const asked = request(`${api.url}/dicom-web${path}`, { headers: { authorization, ...headers } });
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (answer) => {
      const told = new Headers();
      for (const [name, values] of Object.entries(answer.headersDistinct))
        for (const value of values ?? []) told.append(name, value);
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: told, bytes: Buffer.concat(chunks) }),
      );
    });
    asked.end();
  });
}

import { z } from 'zod';
import type { ArchiveIssuer } from '#platform/archive-issuer';
import type { AskDuplicates } from './tell-duplicates.js';

const ANSWER_BYTES_MAX = 1024 * 1024;
const NOT_THERE = 404;

const answer = z.object({
  orders: z.array(
    z.object({
      duplicates: z.array(
        z.object({ grade: z.string(), indicator: z.string(), summary: z.string() }),
      ),
    }),
  ),
});

/** Where the edge is, and who makes tokens of machines: what the hospital has registered of the machine counts there, at that moment. */
export type EdgePorts = Readonly<{ url: string; tokens: ArchiveIssuer; wallMs: () => number }>;

/** Asks the edge as a registered machine of the hospital: one gate, one engine and one record of access for all who ask. */
export const askEdge =
  ({ url, tokens, wallMs }: EdgePorts): AskDuplicates =>
  async ({ hospital, client, number, msMax }) => {
    const token = await tokens.sign({ client, hospital, roles: [], thumbprint: null }, wallMs());
    const query = new URLSearchParams({ number });
    const response = await fetch(`${url}/governance/duplicates?${query}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(Math.ceil(msMax)),
      redirect: 'error',
    });
    const text = await boundedText(response);
    if (response.status === NOT_THERE) return [];
    if (!response.ok) throw new Error(`the edge answers ${response.status} to ${client}`);
    const { orders } = answer.parse(JSON.parse(text));
    return orders
      .flatMap(({ duplicates }) => duplicates)
      .map(({ grade, indicator, summary }) => ({
        severity: indicator === 'warning' ? 'warning' : 'information',
        code: `DUPLICATE-${grade}`,
        text: summary,
      }));
  };

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the edge answers more than is expected');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

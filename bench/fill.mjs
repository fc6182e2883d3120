import { request } from 'undici';
import { openCorpora } from './corpora/corpora.mjs';
import { storeCopy } from './measure.mjs';

const copiesAsked = 3;

/** Stores the population, copy 0 of every corpus the rows read, on every server that keeps data. */
export async function fill(bench, rows) {
  if (bench.options.url !== undefined) await refuseKnownData(bench);
  const corpora = [...new Set(rows.flatMap(({ needs }) => needs ?? []))];
  for (const server of bench.servers.filter(({ name }) => name !== 'raw')) {
    for (const corpus of corpora) {
      bench.say(`storing the ${corpus} corpus on ${server.name}`);
      const perRequest = bench.plan.perRequest[corpus];
      await storeCopy(bench, server, {
        corpus,
        copy: 0,
        countMax: bench.plan.store.whole[corpus],
        perRequest,
      });
    }
  }
}

/** A running archive that was measured with this seed before would take every store for a repetition. */
async function refuseKnownData({ options, servers, corpora }) {
  const { origin, root, headers } = servers.find(({ name }) => name === 'archive');
  const uids = Object.values(openCorpora(corpora)).flatMap((corpus) =>
    Array.from({ length: copiesAsked }, (_, copy) => corpus.uids(copy, 0).study),
  );
  const url = `${origin}${root}/studies?StudyInstanceUID=${uids.join(',')}`;
  const { statusCode, body } = await request(url, {
    headers: { ...headers, accept: 'application/dicom+json' },
  });
  const known = statusCode === 200 ? await body.json() : await body.text();
  if (!Array.isArray(known) && statusCode !== 204)
    throw new Error(`${origin} answers a search with status ${statusCode}`);
  if (known.length > 0)
    throw new Error(`this archive holds data of seed ${options.seed} already: give another --seed`);
}

const worker = '../../dist/apps/ingest-worker/src';
const standalone = '../../dist/apps/archive-standalone/src';

/** The archive's own code of the ingest path, as built: what makes facts and rows of headers. */
export async function openIngestCode() {
  const found = await Promise.all([
    load(`${worker}/ingest/slices.js`),
    load(`${worker}/ingest/decide-slice.js`),
    load(`${worker}/ingest/group-stored.js`),
    load(`${worker}/ingest/write-extracts.js`),
    load(`${worker}/ingest/commit-slice.js`),
    load(`${worker}/ingest/named-patient.js`),
    load(`${worker}/ingest/reservations.js`),
    load(`${worker}/ingest-worker.module.js`),
    import('#index/instance-fact'),
    import('#archive/identity/patient-identifier'),
    import('#storage/pack'),
    import('#events/uuid5'),
  ]);
  return Object.assign({}, ...found);
}

/** What starts a database of one's own and makes an archive of it. */
export async function openDatabaseCode() {
  const found = await Promise.all([
    load(`${standalone}/archive-standalone.module.js`),
    import('#platform/embedded-postgres'),
    import('#platform/postgres-pool'),
    import('#platform/config'),
    import('#platform/log'),
    import('#platform/demo-issuer'),
    import('#platform/database-roles'),
    import('#platform/secrets'),
    import('#index/opaque-ids'),
  ]);
  return Object.assign({}, ...found);
}

/* Named at run time: checks of the source need no build. */
const load = (path) => import(new URL(path, import.meta.url).href);

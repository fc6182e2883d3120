/** The archive's own code to start PostgreSQL, as built; undefined when it isn't. */
export async function openPlatform() {
  try {
    const { startEmbeddedPostgres } = await import('#platform/embedded-postgres');
    const { createPool } = await import('#platform/postgres-pool');
    return { startEmbeddedPostgres, createPool };
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

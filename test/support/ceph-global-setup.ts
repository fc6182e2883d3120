import type { TestProject } from 'vitest/node';
import { startCephRgw } from './ceph-rgw.js';
import type { S3Access } from './s3-bucket.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The S3 server of this run, shared by its suites: each makes buckets of its own. */
    s3: S3Access;
  }
}

/** One cluster for a whole run. A suite that makes its gateway fail starts one of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const rgw = await startCephRgw();
  const { endpoint, accessKey, secretKey } = rgw;
  project.provide('s3', { endpoint, accessKey, secretKey });
  return () => rgw.stop();
}

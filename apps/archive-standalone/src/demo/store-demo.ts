import { createPool } from '#platform/postgres-pool';
import { originOf } from '../announcement.js';
import type { DemoOptions } from './demo-options.js';
import { onboardHospital } from './onboard-hospital.js';
import { readSamples } from './samples.js';
import { storeSamples } from './store-samples.js';

const HOSPITALS = {
  'HOSP-A': 'Demo hospital A',
  'HOSP-B': 'Demo hospital B',
  'HOSP-C': 'Demo hospital C',
} as const;

/**
 * On the first start of a demonstration: onboards its hospitals and stores the samples as any hospital does, over
 * STOW-RS. A start that was killed on the way stores them again, which changes nothing.
 */
export async function storeDemo(options: DemoOptions): Promise<void> {
  const pool = createPool({
    url: options.databaseUrl,
    name: 'arkim supervisor',
    connectionsMax: 1,
  });
  try {
    const state = await pool.query("select value from platform_state where key = 'demo'");
    if (state.rowCount) return;
    options.say('arkim: first start: onboarding the demo hospitals');
    for (const [hospital, name] of Object.entries(HOSPITALS))
      await onboardHospital(hospital, name, options);
    await storeSamples(await readSamples(), originOf(options.config), options);
    await pool.query(
      "insert into platform_state (key, value) values ('demo', 'stored') on conflict do nothing",
    );
  } finally {
    await pool.end();
  }
}

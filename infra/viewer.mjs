import { setPriority } from 'node:os';
import { Stop, say } from './bootstrap/clone.mjs';
import { compressViewer } from './bootstrap/viewer/compress.mjs';
import { fetchViewer, isFetched } from './bootstrap/viewer/fetch.mjs';
import { VIEWER } from './bootstrap/viewer/pin.mjs';

const LOWEST = 19;

/* `npm run viewer`, and beside a first `npm start`: brings the viewer into this clone, where it stays. */
const givenUp = () => process.exit(1);
process.once('disconnect', givenUp);
try {
  if (!isFetched()) {
    await fetchViewer();
    say(`the viewer (${VIEWER.package} ${VIEWER.version}) is there, at /viewer/`);
  }
  setPriority(LOWEST);
  await compressViewer();
} catch (error) {
  const reason = error instanceof Stop ? error.message : String(error);
  say(`the viewer can't be fetched (${reason}): everything else works; npm run viewer tries again`);
  process.exitCode = 1;
}
process.off('disconnect', givenUp);
process.disconnect?.();

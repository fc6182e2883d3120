import type { Answer } from '../answer.js';
import { escaped, pageAnswer } from './page.js';

/** A hospital as the start page offers it. */
export type OfferedHospital = Readonly<{ hospital: string; name: string }>;

const TITLE = 'Arkim';
const HEAD = '<h1>Arkim</h1><p>A national imaging archive, over DICOMweb.</p>';
const AGAIN_SECONDS = 2;

const PLACES = `<dl>
<dt>DICOMweb</dt><dd><code>/dicom-web</code></dd>
<dt>WADO-URI</dt><dd><code>/wado</code></dd>
<dt>Health</dt><dd><a href="/health/ready">/health/ready</a></dd>
<dt>Metrics</dt><dd><code>/metrics</code></dd>
<dt>Viewer</dt><dd><a href="/viewer/">/viewer/</a></dd>
</dl>`;

/** Outside a demonstration: where things are, and no way in from here. */
export const plainPage = (): Answer =>
  pageAnswer({
    title: TITLE,
    body: `${HEAD}<h2>Where things are</h2>${PLACES}<footer>All but the health pages need a bearer token of a registered issuer. The viewer reads with the token that a proxy in front of the archive adds.</footer>`,
  });

/** While the demo hospitals are being made. */
export const startingPage = (): Answer =>
  pageAnswer({
    title: TITLE,
    body: `${HEAD}<h2>It is starting</h2><p>The demonstration is being prepared. This page asks again by itself.</p>`,
    status: 503,
    again: AGAIN_SECONDS,
  });

/** Whoever comes to a demonstration chooses a hospital; one who did, goes on. */
export function demoPage(
  hospitals: readonly OfferedHospital[],
  signedInAt: string | undefined,
): Answer {
  const name = hospitals.find(({ hospital }) => hospital === signedInAt)?.name ?? signedInAt;
  const welcome = name === undefined ? '' : signedIn(name);
  const question = name === undefined ? 'Look around as a radiologist of' : 'Change to';
  const others = hospitals.filter(({ hospital }) => hospital !== signedInAt);
  return pageAnswer({
    title: TITLE,
    body: `${HEAD}${welcome}<h2 id="choose">${question}</h2><form method="post" action="/sign-in" aria-labelledby="choose">${others.map(choice).join('')}</form><footer>This is a demonstration with sample studies and invented patients: anyone who reaches this page may sign in. Each hospital sees its own studies and nothing else.</footer>`,
  });
}

const signedIn = (name: string) =>
  `<h2>You are a radiologist of ${escaped(name)}</h2><a class="button first" href="/viewer/">Open the studies <span aria-hidden="true">→</span></a><form method="post" action="/sign-out"><button>Sign out</button></form>`;

const choice = ({ hospital, name }: OfferedHospital) =>
  `<button name="hospital" value="${escaped(hospital)}">${escaped(name)} <small>${escaped(hospital)}</small></button>`;

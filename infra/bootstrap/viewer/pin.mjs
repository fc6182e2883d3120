/** The viewer we serve: OHIF (MIT), as its makers built it. Its main bundle is named in infra/viewer/index.html. */
export const VIEWER = {
  package: '@ohif/app',
  version: '3.13.2',
  sha512:
    'WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==',
};

/** What is kept of the package and how it's changed; another number unpacks it anew. */
const RECIPE = 3;

/** Says what lies in the folder: that of another version or recipe is fetched anew. */
export const MARK = `${VIEWER.package} ${VIEWER.version}, recipe ${RECIPE}\n`;

/* Maps, the machine-learning runtime (half of the package), what only makes requests elsewhere, and pages that are ours here. */
const LEFT_OUT = [
  /\.map$/,
  /^ort\//,
  /^customizations\//,
  /^assets\/apple-touch-/,
  /^assets\/(android|firefox|mstile|yandex|coast|browserconfig|manifest)/,
  /^(index\.html|app-config\.js|manifest\.json|serve\.json|_headers|_redirects)$/,
  /^(sw|init-service-worker|google|oidc-client\.min|es6-shim\.min|polyfill\.min)\.js$/,
  /^silent-refresh\.html$/,
];
const NAME = /^package\/(?:dist\/((?:[A-Za-z0-9][\w-]*[./])*[\w-]+)|(LICENSE))$/;

/** The name of a packed file in the viewer's folder; undefined when it isn't wanted there. */
export function placeOf(name) {
  const [, built, licence] = NAME.exec(name) ?? [];
  const place = built ?? licence;
  return place === undefined || LEFT_OUT.some((pattern) => pattern.test(place)) ? undefined : place;
}

/*
 * The viewer is built to lie at the root of a server, ours lies below /viewer/: webpack's own public path, an address
 * that stands in the code, and those of the fonts. And an item of a report that has no concept name, as it may be for
 * images and composites (PS3.3 §C.17.3), ended the viewer.
 */
const CHANGES = {
  js: [
    ['__webpack_require__.p = "/";', '__webpack_require__.p = "/viewer/";'],
    ["browserImportFunction('/dicom-", "browserImportFunction('/viewer/dicom-"],
    ['} = ConceptNameCodeSequence;', '} = ConceptNameCodeSequence ?? {};'],
  ],
  css: [['url(/', 'url(/viewer/']],
};

/** The content of a packed file as we serve it. */
export function adapt(place, content) {
  const changes = CHANGES[place.split('.').at(-1)];
  if (changes === undefined) return content;
  const text = content.toString('latin1');
  const changed = changes.reduce((changing, [from, to]) => changing.replaceAll(from, to), text);
  return changed === text ? content : Buffer.from(changed, 'latin1');
}

import { accessPolicy } from '#archive/access/access-policy';
import { encodableSyntaxes } from '#dicom/encoded-form';
import type { PixelDescription } from '#dicom/pixel-description';
import { TransferSyntaxUid, transferSyntaxes } from '#dicom/transfer-syntax';
import { representationChooser } from '../retrieve/representation.js';
import type { RouteRow } from './route-row.js';
import { routeTable } from './route-table.js';

/** The parts of the conformance statement that are made of the code, by the name that marks their place. */
export const statementTables = (): Readonly<Record<string, string>> => ({
  resources: table(['resource', 'method and path', 'who', 'gives'], ROWS.map(resourceRow)),
  'transfer-syntaxes': table(
    ['stored as', 'loses', 'given by default', 'by its UID too'],
    transferSyntaxes().map(({ uid, lossy }) => syntaxRow(uid, lossy)),
  ),
});

/** What is the same of one claim is said of the study once. */
const ROWS = routeTable.filter(({ path }) => !path.includes('{claim}'));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const resourceRow = ({ title, method, path, demands, gives }: RouteRow) => [
  title,
  `\`${method} ${path}\``,
  rolesOf(demands),
  gives.map((type) => `\`${type}\``).join(', '),
];

function rolesOf(demands: RouteRow['demands']): string {
  if (demands === 'nothing') return 'everybody';
  if (demands === 'token') return 'any token';
  if (demands === 'cds-client') return 'clients of CDS Hooks';
  const permits = accessPolicy.rules.filter(
    ({ effect, actions }) => effect === 'permit' && actions !== 'any' && actions.includes(demands),
  );
  return [...new Set(permits.flatMap(({ roles }) => roles))].join(', ');
}

const GREY: PixelDescription = {
  rows: 512,
  columns: 512,
  samplesPerPixel: 1,
  bitsAllocated: 16,
  bitsStored: 16,
  pixelRepresentation: 0,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
};

const choose = representationChooser();

/** What a grey image of 16 bits can be had as. */
function syntaxRow(stored: string, lossy: boolean): readonly string[] {
  const targets = [TransferSyntaxUid.ExplicitVRLittleEndian, ...encodableSyntaxes(stored, GREY)];
  const others = targets.filter((uid) => givenAs(stored, `; transfer-syntax=${uid}`) === uid);
  const byDefault = givenAs(stored, '');
  return [
    nameOf(stored),
    lossy ? 'yes' : 'no',
    byDefault === stored ? 'as stored' : nameOf(byDefault),
    others
      .filter((uid) => uid !== stored && uid !== byDefault)
      .map(shortName)
      .join(', ') || '–',
  ];
}

function givenAs(stored: string, parameter: string): string | undefined {
  const accept = `application/dicom${parameter}`;
  const choice = choose(
    { kind: 'instance', stored, single: true },
    { accept, acceptQuery: undefined },
  );
  return choice.ok ? choice.offer.transferSyntax : undefined;
}

const NAMES = new Map(
  Object.entries(TransferSyntaxUid).map(([name, uid]) => [uid as string, name]),
);
const shortName = (uid: string): string => NAMES.get(uid) ?? uid;
const nameOf = (uid: string | undefined): string => {
  if (uid === undefined) return 'nothing';
  return NAMES.has(uid) ? `${NAMES.get(uid)} (${uid})` : uid;
};

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TenancyArchive, tenancyArchive } from './archive.js';
import { type OidcServer, startOidcServer } from './oidc-server.js';
import { until } from './until.js';

/* One directory of two hospitals, the agency's own issuer, and a hospital beside them. */
let directory: OidcServer;
let agency: OidcServer;
let other: OidcServer;
let archive: TenancyArchive;

const A = '1.2.1';
const B = '1.2.2';
const C = '1.2.3';

beforeAll(async () => {
  directory = await startOidcServer({
    'dr-both': { groups: ['a-radiology', 'b-physician'] },
    'dr-left': { groups: ['a-radiology'] },
  });
  agency = await startOidcServer({
    'dr-a-by-agency': { org: 'HOSP-A', roles: ['radiologist', 'modality', 'admin'] },
  });
  other = await startOidcServer({ 'dr-c': { roles: ['radiologist'] } });
  const byAgency = {
    issuer: agency.issuer,
    jwksUri: agency.jwksUri,
    organisations: ['AGENCY'],
    fallback: true,
  };
  archive = await tenancyArchive({ ARKIM_OIDC_ISSUERS: JSON.stringify([byAgency]) });
  for (const [hospital, prefix] of [
    ['HOSP-A', 'a'],
    ['HOSP-B', 'b'],
  ] as const)
    await onboard(hospital, directory, {
      claims: { roles: 'groups' },
      values: {
        roles: {
          [`${prefix}-radiology`]: 'radiologist',
          [`${prefix}-physician`]: 'physician',
          [`${prefix}-modality`]: 'modality',
        },
      },
    });
  await onboard('HOSP-C', other, {});
  const asking = [
    directory.sign({ groups: ['b-radiology'] }),
    other.sign({ roles: ['radiologist'] }),
  ];
  for (const token of await Promise.all([doctorOfA(), ...asking]))
    await until(
      async (edge) => (await archive.ask('/dicom-web/studies', { token, edge })).status,
      200,
    );
});
afterAll(async () => {
  await archive.close();
  for (const server of [directory, agency, other]) await server.close();
});

const onboard = async (hospital: string, server: OidcServer, reading: object) => {
  const { issuer, jwksUri } = server;
  const issuers = [{ issuer, jwksUri, ...reading }];
  const described = { hospital, name: hospital, jurisdiction: 'LU', group: 'NORTH', issuers };
  await archive.arkim('onboard', await archive.file(described));
};
const machineOf = (prefix: string) => directory.sign({ groups: [`${prefix}-modality`] });
const doctorOfA = () => directory.sign({ sub: 'dr-a', groups: ['a-radiology'] });
const doctorOfC = () => other.signIn('dr-c');
const storeStatus = async (study: string, token: string, edge: 0 | 1) =>
  (await archive.store(study, { token, edge })).status;

test('R-201: a hospital that was onboarded by its file stores and finds at once, and nobody else finds it', async () => {
  const machine = await machineOf('a');
  await until((edge) => storeStatus(A, machine, edge), 200);
  await until((edge) => archive.studies({ token: doctor, edge }), [A]);
  const stored = await archive.store(C, { token: await other.sign({ roles: ['modality'] }) });
  expect(stored.status).toBe(200);
  expect(await archive.studies({ token: await doctorOfC() })).toEqual([C]);
});
let doctor: string;
beforeAll(async () => {
  doctor = await doctorOfA();
});

test('nobody else’s issuer can be registered with other keys, nor one of the settings', async () => {
  const described = { hospital: 'HOSP-X', name: 'X', jurisdiction: 'LU' };
  const fileWith = (issuer: string, jwksUri: string) =>
    archive.file({ ...described, issuers: [{ issuer, jwksUri }] });
  const theirs = await fileWith(directory.issuer, other.jwksUri);
  await expect(archive.arkim('onboard', theirs)).rejects.toThrow('has other keys at HOSP-');
  for (const issuer of [agency.issuer, 'urn:arkim:archive']) {
    const own = await fileWith(issuer, other.jwksUri);
    await expect(archive.arkim('onboard', own)).rejects.toThrow("one of the archive's settings");
  }
});
test('no issuer of a hospital makes agencies, patients or administrators, even where roles are named as ours', async () => {
  for (const role of ['agency', 'patient', 'admin', 'modality ']) {
    const token = await other.sign({ roles: [role], patient: 'NAT:1' });
    expect((await archive.ask('/metrics', { token })).status).toBe(
      role === 'modality ' ? 401 : 403,
    );
  }
});

describe('R-401: one person with affiliations in two hospitals', () => {
  test('acts for one at a time, with the roles of that one', async () => {
    const stored = await archive.store(B, { token: await machineOf('b') });
    expect(stored.status).toBe(200);
    const token = await directory.signIn('dr-both');
    const as = (organisation: string) =>
      archive.studies({ token, headers: { 'arkim-organisation': organisation } });
    expect(await archive.studies({ token })).toBe(403);
    expect(await as('HOSP-A')).toEqual([A]);
    expect(await as('HOSP-B')).toEqual([B]);
    expect(await as('HOSP-C')).toBe(403);
    expect(await as('HOSP-A, HOSP-B')).toBe(400);
  });
  test('who has left is refused at every edge, though the token was verified before and is good', async () => {
    const token = await directory.signIn('dr-left');
    await until((edge) => archive.studies({ token, edge }), [A]);
    const leaver = ['--issuer', directory.issuer, '--sub', 'dr-left'];
    expect(await archive.arkim('revoke', ...leaver)).toBe('the tokens are revoked');
    await until((edge) => archive.studies({ token, edge }), 401);
    expect(await archive.studies({ token: await directory.signIn('dr-left') })).toBe(401);
    expect(await archive.studies({ token: doctor })).toEqual([A]);
    expect(await archive.arkim('revoke', ...leaver, '--undo')).toBe('the tokens are not revoked');
    await until((edge) => archive.studies({ token, edge }), [A]);
  });
  test('all tokens of an issuer before a moment are refused, those after it are not', async () => {
    const token = await other.sign({ roles: ['radiologist'] });
    await until((edge) => archive.studies({ token, edge }), [C]);
    const before = new Date(Date.now() + 1_000).toISOString();
    await archive.arkim('revoke', '--issuer', other.issuer, '--before', before);
    await until((edge) => archive.studies({ token, edge }), 401);
    await until(async (edge) => archive.studies({ token: await doctorOfC(), edge }), [C]);
    expect(await archive.studies({ token })).toBe(401);
  });
});

test('a suspended hospital is refused at every edge, its people and its machines, with tokens that were verified before; others go on', async () => {
  const machine = await machineOf('a');
  const neighbour = await doctorOfC();
  const act = { sub: 'dr-a', iss: directory.issuer, org: 'HOSP-A', roles: ['radiologist'] };
  const forOne = await agency.sign({ org: 'AGENCY', roles: ['agency'], act });
  expect(await archive.studies({ token: doctor })).toEqual([A]);
  const shown = await archive.studies({ token: forOne });
  expect(shown).not.toBe(403);
  expect(await archive.arkim('hospital', 'suspend', 'HOSP-A')).toBe('HOSP-A is suspended');
  await until((edge) => archive.studies({ token: doctor, edge }), 403);
  await until((edge) => storeStatus(A, machine, edge), 403);
  await until((edge) => archive.studies({ token: forOne, edge }), 403);
  await until((edge) => archive.studies({ token: neighbour, edge }), [C]);
  expect(await archive.arkim('hospital', 'resume', 'HOSP-A')).toBe('HOSP-A is served');
  await until((edge) => archive.studies({ token: doctor, edge }), [A]);
  expect(await archive.studies({ token: forOne })).toEqual(shown);
});

test('R-203: in a crisis a hospital stores nothing and nothing of it is exported or let go; reads go on', async () => {
  const machine = await machineOf('a');
  expect(await archive.arkim('crisis', 'declare', 'HOSP-A')).toBe('HOSP-A is in a crisis');
  await until((edge) => storeStatus(A, machine, edge), 503);
  const refused = await archive.store('1.2.4', { token: machine });
  expect(await refused.json()).toMatchObject({ type: 'urn:arkim:problem:ingest-frozen' });
  expect(refused.headers.get('retry-after')).toBe('600');
  expect(await archive.studies({ token: doctor })).toEqual([A]);
  const stored = await archive.store(C, { token: await other.sign({ roles: ['modality'] }) });
  expect(stored.status).toBe(200);
  const out = ['--hospital', 'HOSP-A', '--out', '/nowhere'];
  await expect(archive.arkim('export', ...out)).rejects.toThrow('in a crisis');
  await archive.arkim('crisis', 'declare', 'HOSP-A', '--freeze', 'export');
  await until((edge) => storeStatus(A, machine, edge), 200);
  await expect(archive.arkim('export', ...out)).rejects.toThrow('in a crisis');
  expect(await archive.arkim('crisis', 'end', 'HOSP-A')).toBe('HOSP-A is not in a crisis');
});

test('R-102: people of a hospital whose sign-in is down read through the agency after one command, its machines do not, others notice nothing', async () => {
  const byAgency = await agency.signIn('dr-a-by-agency');
  const machine = await machineOf('a');
  const asOther = await agency.sign({ org: 'HOSP-B', roles: ['physician'] });
  expect(await archive.studies({ token: byAgency })).toBe(401);
  expect(await archive.arkim('fallback', 'open', 'HOSP-A', '--for', '1h')).toContain(
    'is open until',
  );
  await until((edge) => archive.studies({ token: byAgency, edge }), [A]);
  await until((edge) => archive.studies({ token: doctor, edge }), 403);
  await until((edge) => storeStatus(A, machine, edge), 403);
  expect((await archive.store(A, { token: byAgency })).status).toBe(403);
  expect(await archive.studies({ token: asOther })).toBe(401);
  expect(await archive.studies({ token: await doctorOfC() })).toEqual([C]);
  expect(await archive.arkim('fallback', 'close', 'HOSP-A')).toContain('is closed');
  await until((edge) => archive.studies({ token: byAgency, edge }), 401);
  await until((edge) => archive.studies({ token: doctor, edge }), [A]);
});

test('a fallback ends by itself', async () => {
  const byAgency = await agency.signIn('dr-a-by-agency');
  await archive.arkim('fallback', 'open', 'HOSP-A', '--for', '8s');
  await until((edge) => archive.studies({ token: byAgency, edge }), [A]);
  await until((edge) => archive.studies({ token: byAgency, edge }), 401);
  expect(await archive.studies({ token: doctor })).toEqual([A]);
});

import { claimRoot } from '../../claim-root.js';
import type { Resource } from '../fhir-answer.js';

/** The endpoint of what a caller's own hospital holds: the DICOMweb root. Others are called as the claim that they lead to. */
export const OWN_ENDPOINT = 'dicom-web';

const SMART = 'http://fhir.org/argonaut/smart-imaging/StructureDefinition';
const CONNECTION_TYPE = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';
export const WADO_RS = 'dicom-wado-rs';
const HOSPITAL = 'urn:arkim:hospital';

/** Who holds what an endpoint leads to; undefined for the one of the caller's own hospital. */
export type Held = Readonly<{ hospital: string; name: string }>;

/**
 * An Endpoint of FHIR R4, whose address a client appends `/studies/{uid}` to, with the token that it came with. `origin`: of this server, as the
 * client reaches it. By its address alone nothing is opened: each request is decided.
 */
export function endpointResource(
  id: string,
  { origin, held }: Readonly<{ origin: string; held?: Held | undefined }>,
): Resource {
  const root = `${origin}/dicom-web`;
  return {
    resourceType: 'Endpoint',
    id,
    meta: { profile: [`${SMART}/smart-wado-endpoint`] },
    extension: [{ url: `${SMART}/requires-access-token`, valueBoolean: true }],
    status: 'active',
    connectionType: { system: CONNECTION_TYPE, code: WADO_RS },
    name: held === undefined ? 'DICOMweb' : `DICOMweb, ${held.name}`,
    ...(held && {
      managingOrganization: {
        identifier: { system: HOSPITAL, value: held.hospital },
        display: held.name,
      },
    }),
    payloadType: [{ text: 'DICOM' }],
    payloadMimeType: ['application/dicom'],
    address: id === OWN_ENDPOINT ? root : claimRoot(root, id),
  };
}

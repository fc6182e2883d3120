import { ALGORITHMS } from '#platform/verify-token';

/** What an app or a machine needs to know to ask for a token and use it (SMART App Launch 2, §7). `origin`: as this client reaches the server. */
export const smartConfiguration = (origin: string) => ({
  token_endpoint: `${origin}/oauth2/token`,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  grant_types_supported: ['client_credentials'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: SCOPES,
  capabilities: [
    'client-confidential-asymmetric',
    'permission-patient',
    'permission-user',
    'permission-v1',
    'permission-v2',
    'smart-imaging-access',
  ],
});

/** ImagingStudy counts for DICOMweb too. */
const SCOPES = [
  ...['patient/ImagingStudy.rs', 'user/ImagingStudy.rs', 'system/ImagingStudy.rs'],
  ...['user/Patient.rs', 'system/Patient.rs', 'system/Patient.cu'],
  ...['user/AuditEvent.rs', 'user/dicom.store', 'system/dicom.store'],
];

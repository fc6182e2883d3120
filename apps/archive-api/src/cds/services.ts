/** Hooks that the archive answers. */
export type ImagingHook = 'order-select' | 'order-sign';

/** A service as discovery tells of it (CDS Hooks 2.0, Discovery). */
export type CdsService = Readonly<{
  hook: ImagingHook;
  id: string;
  title: string;
  description: string;
  prefetch: Readonly<Record<string, string>>;
  usageRequirements: string;
}>;

const PREFETCH = { patient: 'Patient/{{context.patientId}}' };
const USAGE =
  'The client signs its calls with a key that its hospital has registered. The patient is named by an identifier of an assigning authority that the archive knows. The archive never calls the FHIR server of the client.';

export const SELECT: CdsService = {
  hook: 'order-select',
  id: 'imaging-duplicate-select',
  title: 'Imaging exams that exist already (early)',
  description: 'Tells which exam of the patient, in any hospital, the selected order would repeat.',
  prefetch: PREFETCH,
  usageRequirements: USAGE,
};

export const SIGN: CdsService = {
  hook: 'order-sign',
  id: 'imaging-duplicate-sign',
  title: 'Imaging exams that exist already',
  description:
    'Warns before an order is signed when the patient had the same exam, in any hospital: how old, where, with which dose; opens the images, and offers to drop the order.',
  prefetch: PREFETCH,
  usageRequirements: USAGE,
};

/** What discovery answers. */
export const DISCOVERY = { services: [SELECT, SIGN] };

/**
 * The exams of the nation, as people mean them; nothing here is taken from what the archive makes of words. `share`: per thousand orders, by the
 * mix of modalities of a national archive. `family`: exams of different families never repeat one another. `days`: up to how many a repeat is
 * one, as clinicians set them (the windows of the product's domain, written here again on purpose). `tag`: Body Part Examined. `site`: SNOMED CT.
 * `means`: what a radiographer writes into the catalogue of a hospital for it. `contrasts`: how it is made, and how often.
 */
const exam = (id, modality, share, rest) => ({
  ...{ id, modality, share, sided: false, contrasts: [], within: [] },
  ...rest,
});
const dx = (id, share, rest) => exam(`dx-${id}`, 'DX', share, { part: id, ...rest });
const limb = (id, share, { family, site }) =>
  dx(id, share, {
    ...{ family, site, days: 14, sided: true },
    ...{ tag: id.toUpperCase(), means: `DX ${id}` },
  });
const CT = [
  { how: 'without', share: 4 },
  { how: 'with', share: 5 },
  { how: 'both', share: 1 },
];
const HEAD = [
  { how: 'without', share: 8 },
  { how: 'with', share: 1 },
  { how: 'both', share: 1 },
];

export const TRUE_EXAMS = [
  dx('chest', 160, { family: 'chest', days: 7, tag: 'CHEST', site: '51185008', means: 'DX chest' }),
  dx('abdomen', 15, {
    family: 'abdomen',
    days: 14,
    tag: 'ABDOMEN',
    site: '818981001',
    means: 'DX abdomen',
  }),
  dx('pelvis', 22, {
    family: 'hip',
    days: 14,
    tag: 'PELVIS',
    site: '816092008',
    means: 'DX pelvis',
  }),
  limb('hip', 25, { family: 'hip', site: '24136001' }),
  limb('knee', 45, { family: 'knee', site: '72696002' }),
  limb('ankle', 28, { family: 'foot', site: '70258002' }),
  limb('foot', 32, { family: 'foot', site: '56459004' }),
  limb('hand', 30, { family: 'hand', site: '85562004' }),
  limb('wrist', 25, { family: 'hand', site: '74670003' }),
  limb('elbow', 14, { family: 'elbow', site: '16953009' }),
  limb('shoulder', 32, { family: 'shoulder', site: '16982005' }),
  dx('cervical-spine', 14, {
    family: 'neck',
    days: 30,
    tag: 'CSPINE',
    site: '122494005',
    means: 'DX cervical-spine',
  }),
  dx('lumbar-spine', 38, {
    family: 'lumbar',
    days: 30,
    tag: 'LSPINE',
    site: '122496007',
    means: 'DX lumbar-spine',
  }),
  exam('us-abdomen', 'US', 80, {
    family: 'abdomen',
    days: 30,
    part: 'abdomen',
    tag: 'ABDOMEN',
    site: '818981001',
    means: 'US abdomen',
  }),
  exam('us-thyroid', 'US', 22, {
    family: 'neck',
    days: 30,
    part: 'thyroid',
    tag: 'THYROID',
    site: '69748006',
    means: 'US thyroid',
  }),
  exam('us-breast', 'US', 25, {
    family: 'breast',
    days: 30,
    part: 'breast',
    sided: true,
    tag: 'BREAST',
    site: '76752008',
    means: 'US breast',
  }),
  exam('us-pelvis', 'US', 30, {
    family: 'abdomen',
    days: 30,
    part: 'pelvis',
    tag: 'PELVIS',
    site: '816092008',
    means: 'US pelvis',
  }),
  exam('us-shoulder', 'US', 18, {
    family: 'shoulder',
    days: 30,
    part: 'shoulder',
    sided: true,
    tag: 'SHOULDER',
    site: '16982005',
    means: 'US shoulder',
  }),
  exam('ct-head', 'CT', 52, {
    family: 'head',
    days: 7,
    part: 'head',
    contrasts: HEAD,
    tag: 'HEAD',
    site: '69536005',
    means: 'CT head',
  }),
  exam('ct-sinuses', 'CT', 9, {
    family: 'head',
    days: 30,
    part: 'sinuses',
    contrasts: [{ how: 'without', share: 1 }],
    tag: 'SINUS',
    site: '2095001',
    means: 'CT sinuses',
  }),
  exam('ct-chest', 'CT', 38, {
    family: 'chest',
    days: 30,
    part: 'chest',
    contrasts: CT,
    within: ['ct-cap'],
    tag: 'CHEST',
    site: '51185008',
    means: 'CT chest',
  }),
  exam('ct-abdomen', 'CT', 14, {
    family: 'abdomen',
    days: 30,
    part: 'abdomen',
    contrasts: CT,
    within: ['ct-abdomen-pelvis', 'ct-cap'],
    tag: 'ABDOMEN',
    site: '818981001',
    means: 'CT abdomen',
  }),
  exam('ct-abdomen-pelvis', 'CT', 40, {
    family: 'abdomen',
    days: 30,
    part: 'abdomen-pelvis',
    contrasts: CT,
    within: ['ct-cap'],
    tag: 'ABDOMENPELVIS',
    site: '818982008',
    means: 'CT abdomen pelvis',
  }),
  exam('ct-cap', 'CT', 18, {
    family: 'abdomen',
    days: 30,
    part: 'chest-abdomen-pelvis',
    contrasts: CT,
    tag: 'CHESTABDPELVIS',
    site: '',
    means: 'CT chest abdomen pelvis',
  }),
  exam('ct-lumbar-spine', 'CT', 9, {
    family: 'lumbar',
    days: 30,
    part: 'lumbar-spine',
    contrasts: [{ how: 'without', share: 1 }],
    tag: 'LSPINE',
    site: '122496007',
    means: 'CT lumbar-spine',
  }),
  exam('mr-head', 'MR', 32, {
    family: 'head',
    days: 60,
    part: 'head',
    contrasts: CT,
    tag: 'HEAD',
    site: '69536005',
    means: 'MR head',
  }),
  exam('mr-lumbar-spine', 'MR', 24, {
    family: 'lumbar',
    days: 60,
    part: 'lumbar-spine',
    contrasts: HEAD,
    tag: 'LSPINE',
    site: '122496007',
    means: 'MR lumbar-spine',
  }),
  exam('mr-cervical-spine', 'MR', 10, {
    family: 'neck',
    days: 60,
    part: 'cervical-spine',
    contrasts: HEAD,
    tag: 'CSPINE',
    site: '122494005',
    means: 'MR cervical-spine',
  }),
  exam('mr-knee', 'MR', 20, {
    family: 'knee',
    days: 60,
    part: 'knee',
    sided: true,
    contrasts: [{ how: 'without', share: 1 }],
    tag: 'KNEE',
    site: '72696002',
    means: 'MR knee',
  }),
  exam('mr-shoulder', 'MR', 9, {
    family: 'shoulder',
    days: 60,
    part: 'shoulder',
    sided: true,
    contrasts: [{ how: 'without', share: 1 }],
    tag: 'SHOULDER',
    site: '16982005',
    means: 'MR shoulder',
  }),
  exam('mg-screening', 'MG', 34, {
    family: 'breast',
    days: 699,
    tag: 'BREAST',
    site: '76752008',
    means: 'MG breast bilateral screening',
  }),
  exam('mg-diagnostic', 'MG', 16, {
    family: 'breast',
    days: 90,
    tag: 'BREAST',
    site: '76752008',
    means: 'MG breast bilateral',
  }),
  exam('nm-bone', 'NM', 5, {
    family: 'whole',
    days: 60,
    tag: 'WHOLEBODY',
    site: '',
    means: 'NM skeleton',
  }),
  exam('pt-body', 'PT', 6, {
    family: 'whole',
    days: 60,
    tag: 'WHOLEBODY',
    site: '',
    means: 'PT whole-body',
  }),
];

const BY_ID = new Map(TRUE_EXAMS.map((each) => [each.id, each]));
export const trueExam = (id) => BY_ID.get(id);

/** Exams of the same place by other modalities: good to compare with, no repeat. */
export const otherModalities = ({ modality, family }) =>
  TRUE_EXAMS.filter((other) => other.modality !== modality && other.family === family);

/** Exams of other families by whatever modality: whole-body exams belong to none. */
export const unrelatedExams = ({ family }) =>
  TRUE_EXAMS.filter((other) => other.family !== family && other.family !== 'whole');

import type { ModalityGroup } from './exam-class.js';
import type { WholeRegion } from './match-windows.js';

const row = (
  whole: string,
  parts: string,
  standsIn: readonly ModalityGroup[] = [],
): WholeRegion => ({ whole, parts: parts.split(' '), standsIn });

/** Fine regions within larger ones. Only where the exam of the larger one is as good does it stand in; else it is a thing to compare with. */
export const WHOLE_REGIONS: readonly WholeRegion[] = [
  row('head', 'skull', ['CT']),
  row('head', 'face sinuses nose orbits ears pituitary jaw jaw-joints teeth head-vessels'),
  row('face', 'sinuses nose jaw', ['CT']),
  row('face', 'jaw-joints teeth'),
  row('jaw', 'teeth'),
  row('neck', 'thyroid parathyroid salivary-glands larynx', ['CT', 'US']),
  row('neck', 'neck-vessels'),
  row('chest', 'ribs sternum pulmonary-arteries', ['CT']),
  row('chest', 'thoracic-aorta heart coronary-arteries'),
  row('heart', 'coronary-arteries'),
  row('abdomen', 'liver bile-ducts pancreas spleen kidneys', ['CT', 'US']),
  row('abdomen', 'adrenals stomach small-bowel abdominal-wall', ['CT']),
  row('abdomen', 'abdominal-vessels'),
  row('urinary-tract', 'kidneys bladder', ['CT', 'US']),
  row('pelvis', 'bladder prostate uterus', ['CT', 'US']),
  row('pelvis', 'sacrum sacroiliac-joints rectum', ['CT']),
  row('pelvis', 'pregnancy'),
  row('hand', 'finger', ['DX', 'CT', 'MR']),
  row('foot', 'heel toe', ['DX', 'CT', 'MR']),
  row('knee', 'patella', ['CT', 'MR']),
  row('upper-limb', 'clavicle shoulder scapula upper-arm elbow forearm wrist hand finger'),
  row('lower-limb', 'hip thigh knee patella lower-leg ankle foot heel toe'),
  row('whole-body', 'head neck chest abdomen pelvis cervical-spine thoracic-spine lumbar-spine', [
    'CT',
    'PT',
  ]),
  row('whole-body', 'skeleton'),
];

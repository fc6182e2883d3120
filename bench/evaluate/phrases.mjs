/** How people write exams, by language: taken from how real worklists look, abbreviations and all; not from the dictionary of the archive. */
const parts = {
  chest: {
    fr: ['thorax', 'thorax', 'thoracique', 'poumons', 'cage thoracique et poumons'],
    de: ['Thorax', 'Thorax', 'Lunge', 'Brustkorb'],
    en: ['chest', 'chest', 'thorax'],
    pt: ['tórax', 'tórax', 'torácica'],
  },
  abdomen: {
    fr: ['abdomen', 'abdominal', 'abdominale', 'ASP', 'abdo'],
    de: ['Abdomen', 'Abdomen', 'Oberbauch', 'Abd.'],
    en: ['abdomen', 'abdomen', 'abd', 'abdominal'],
    pt: ['abdómen', 'abdominal', 'abdome'],
  },
  pelvis: {
    fr: ['bassin', 'pelvis', 'pelvien', 'pelvienne'],
    de: ['Becken', 'Beckenübersicht', 'Becken'],
    en: ['pelvis', 'pelvis', 'pelvic'],
    pt: ['bacia', 'pélvis', 'pélvica'],
  },
  'abdomen-pelvis': {
    fr: ['abdomino-pelvien', 'abdomen et pelvis', 'abdo-pelvien', 'abdomen-pelvis'],
    de: ['Abdomen und Becken', 'Abdomen/Becken', 'Abdomen + Becken'],
    en: ['abdomen pelvis', 'abdomen and pelvis', 'abd/pel', 'A/P', 'abdo pelvis'],
    pt: ['abdominopélvica', 'abdómen e pélvis', 'abdomino-pélvico'],
  },
  'chest-abdomen-pelvis': {
    fr: ['thoraco-abdomino-pelvien', 'TAP', 'thorax abdomen pelvis', 'thorax-abdomen-bassin'],
    de: ['Thorax/Abdomen/Becken', 'Thorax Abdomen Becken', 'Thorax, Abdomen und Becken'],
    en: ['chest abdomen pelvis', 'CAP', 'chest/abd/pelvis', 'C/A/P', 'chest, abdomen and pelvis'],
    pt: ['tórax abdómen e pélvis', 'toraco-abdomino-pélvica', 'TAP'],
  },
  hip: {
    fr: ['hanche', 'hanche', 'coxo-fémorale'],
    de: ['Hüfte', 'Hüftgelenk'],
    en: ['hip', 'hip'],
    pt: ['anca', 'quadril', 'coxofemoral'],
  },
  knee: {
    fr: ['genou', 'genou'],
    de: ['Knie', 'Kniegelenk', 'Knie'],
    en: ['knee', 'knee'],
    pt: ['joelho', 'joelho'],
  },
  ankle: {
    fr: ['cheville', 'cheville', 'tibio-tarsienne'],
    de: ['OSG', 'Sprunggelenk', 'oberes Sprunggelenk'],
    en: ['ankle', 'ankle'],
    pt: ['tornozelo', 'tibiotársica', 'tornozelo'],
  },
  foot: {
    fr: ['pied', 'pied', 'avant-pied'],
    de: ['Fuß', 'Fuss', 'Vorfuß', 'Mittelfuß'],
    en: ['foot', 'foot'],
    pt: ['pé', 'pé'],
  },
  hand: {
    fr: ['main', 'main'],
    de: ['Hand', 'Hand', 'Mittelhand'],
    en: ['hand', 'hand'],
    pt: ['mão', 'mão'],
  },
  wrist: {
    fr: ['poignet', 'poignet', 'carpe'],
    de: ['Handgelenk', 'Handgelenk', 'HG'],
    en: ['wrist', 'wrist'],
    pt: ['punho', 'punho'],
  },
  elbow: {
    fr: ['coude', 'coude'],
    de: ['Ellenbogen', 'Ellbogen', 'Ellenbogengelenk'],
    en: ['elbow', 'elbow'],
    pt: ['cotovelo', 'cotovelo'],
  },
  shoulder: {
    fr: ['épaule', 'épaule', 'gléno-humérale'],
    de: ['Schulter', 'Schultergelenk', 'Schulter'],
    en: ['shoulder', 'shoulder'],
    pt: ['ombro', 'ombro'],
  },
  'cervical-spine': {
    fr: ['rachis cervical', 'colonne cervicale', 'cervical', 'rachis cerv.'],
    de: ['HWS', 'Halswirbelsäule', 'HWS'],
    en: ['cervical spine', 'c-spine', 'C spine', 'cerv spine'],
    pt: ['coluna cervical', 'coluna cervical', 'coluna cerv.'],
  },
  'lumbar-spine': {
    fr: ['rachis lombaire', 'colonne lombaire', 'lombaire', 'rachis lombo-sacré'],
    de: ['LWS', 'Lendenwirbelsäule', 'LWS'],
    en: ['lumbar spine', 'L-spine', 'lumbosacral spine', 'lumbar'],
    pt: ['coluna lombar', 'coluna lombo-sagrada', 'lombar'],
  },
  thyroid: {
    fr: ['thyroïde', 'thyroïdienne', 'cervico-thyroïdienne'],
    de: ['Schilddrüse', 'SD', 'Schilddrüse'],
    en: ['thyroid', 'thyroid gland'],
    pt: ['tiróide', 'tiroideia', 'tireoide'],
  },
  breast: {
    fr: ['sein', 'mammaire'],
    de: ['Mamma', 'Brust', 'Mamma'],
    en: ['breast', 'breast'],
    pt: ['mama', 'mamária'],
  },
  head: {
    fr: ['crâne', 'cérébral', 'tête', 'encéphale', 'cérébrale'],
    de: ['Schädel', 'Kopf', 'Neurocranium', 'Gehirn'],
    en: ['head', 'brain', 'head', 'brain'],
    pt: ['crânio', 'cranioencefálica', 'CE', 'cerebral'],
  },
  sinuses: {
    fr: ['sinus', 'sinus de la face', 'sinus'],
    de: ['NNH', 'Nasennebenhöhlen', 'NNH'],
    en: ['sinuses', 'paranasal sinuses', 'sinus'],
    pt: ['seios perinasais', 'SPN', 'seios da face'],
  },
};

const modalities = {
  DX: {
    fr: ['RX', 'Radio', 'Radiographie', 'Rx'],
    de: ['Rö', 'Röntgen', 'RX', 'DX'],
    en: ['XR', 'X-ray', 'DX', 'CR'],
    pt: ['RX', 'Radiografia', 'Rx'],
  },
  US: {
    fr: ['Écho', 'Échographie', 'US', 'Echo'],
    de: ['Sono', 'Sonographie', 'US', 'Ultraschall'],
    en: ['US', 'Ultrasound', 'Sonogram'],
    pt: ['Eco', 'Ecografia', 'US'],
  },
  CT: {
    fr: ['Scanner', 'TDM', 'CT', 'Scan'],
    de: ['CT', 'CT', 'Computertomographie'],
    en: ['CT', 'CT', 'CT scan'],
    pt: ['TC', 'TAC', 'CT'],
  },
  MR: {
    fr: ['IRM', 'IRM', 'MR'],
    de: ['MRT', 'MR', 'MRI'],
    en: ['MRI', 'MR', 'MRI'],
    pt: ['RM', 'RMN', 'RM'],
  },
};

/** Written as a whole. */
const wholes = {
  'mg-screening': {
    fr: ['Mammographie de dépistage', 'Mammo dépistage bilat', 'Programme mammographie dépistage'],
    de: ['Mammographie-Screening', 'Screening Mammographie', 'MG Screening bds.'],
    en: ['Screening mammogram', 'MG screening bilateral', 'Mammo screening'],
    pt: ['Mamografia de rastreio', 'Mamografia rastreio bilateral'],
  },
  'mg-diagnostic': {
    fr: ['Mammographie bilatérale', 'Mammographie', 'Mammo bilat F+O', 'Mammographie 2 seins'],
    de: ['Mammographie beidseits', 'Mammographie', 'Mammo bds. cc/mlo'],
    en: ['Diagnostic mammogram bilateral', 'Mammogram', 'MG bilateral diagnostic'],
    pt: ['Mamografia bilateral', 'Mamografia', 'Mamografia diagnóstica bilat'],
  },
  'nm-bone': {
    fr: ['Scintigraphie osseuse', 'Scinti osseuse corps entier'],
    de: ['Skelettszintigraphie', 'Knochenszintigraphie', 'Skelettszinti'],
    en: ['NM bone scan', 'Bone scan whole body', 'Bone scintigraphy'],
    pt: ['Cintigrafia óssea', 'Cintilografia óssea'],
  },
  'pt-body': {
    fr: ['TEP-TDM FDG corps entier', 'TEP scanner', 'PET-CT FDG'],
    de: ['PET/CT Ganzkörper', 'FDG-PET/CT', 'PET-CT'],
    en: ['PET/CT whole body', 'FDG PET CT', 'PET CT skull base to thigh'],
    pt: ['PET/CT corpo inteiro', 'PET-CT FDG'],
  },
};

const sides = {
  left: {
    fr: ['gauche', 'G', 'gche', 'gauche'],
    de: ['links', 'li.', 'li', 'L'],
    en: ['left', 'LT', 'L', 'left'],
    pt: ['esquerdo', 'esq', 'esq.'],
  },
  right: {
    fr: ['droit', 'D', 'dt', 'droite'],
    de: ['rechts', 're.', 're', 'R'],
    en: ['right', 'RT', 'R', 'right'],
    pt: ['direito', 'dto', 'dir.'],
  },
  both: {
    fr: ['bilatéral', 'bilat', 'D+G', 'bilatérale'],
    de: ['beidseits', 'bds.', 'bds', 'beide'],
    en: ['bilateral', 'both', 'bilat'],
    pt: ['bilateral', 'bilat', 'bilateral'],
  },
};

const contrasts = {
  without: {
    fr: ['sans injection', 'sans IV', 'sans contraste', 'SPC'],
    de: ['nativ', 'ohne KM', 'nativ'],
    en: ['without contrast', 'w/o contrast', 'WO', 'non contrast'],
    pt: ['sem contraste', 's/ contraste', 'sem contraste EV'],
  },
  with: {
    fr: ['avec injection', 'injecté', 'avec IV', 'avec contraste'],
    de: ['mit KM', 'm. KM', 'KM i.v.', 'mit Kontrastmittel'],
    en: ['with contrast', 'w/ contrast', 'W contrast', 'with IV contrast'],
    pt: ['com contraste', 'c/ contraste', 'com contraste EV'],
  },
  both: {
    fr: ['sans et avec injection', 'sans puis avec IV', 'sans/avec contraste'],
    de: ['nativ und mit KM', 'nativ + KM', 'ohne und mit KM'],
    en: ['without and with contrast', 'W/WO contrast', 'w/wo contrast'],
    pt: ['sem e com contraste', 's/ e c/ contraste'],
  },
};

const views = {
  fr: ['face', 'F+P', 'face/profil', '2 inc.', '3 incidences', ''],
  de: ['2 Eb.', 'in 2 Ebenen', 'a.p.', 'ap/seitl.', ''],
  en: ['2 views', 'AP/LAT', '3V', 'AP', ''],
  pt: ['2P', 'face e perfil', 'AP', ''],
};

/** One description of an exam by a hospital: modality, place, side, contrast and views in one of the orders that people use. */
export function describe(random, language, { exam, side, contrast }) {
  const one = (table) => random.pick(table[language]);
  const whole = wholes[exam.id];
  if (whole) return styled(random, one(whole));
  const details = [
    side && one(sides[side]),
    contrast && one(contrasts[contrast]),
    exam.modality === 'DX' && random.chance(0.5) && one(views),
  ].filter(Boolean);
  const place = one(parts[exam.part]);
  const modality = one(modalities[exam.modality]);
  const words = random.chance(0.85) ? [modality, place, ...details] : [place, modality, ...details];
  return styled(random, words.join(random.chance(0.9) ? ' ' : ', '));
}

/** Devices write capital letters, and some no accents. */
function styled(random, text) {
  const style = random.next();
  if (style < 0.25) return text.toUpperCase();
  if (style < 0.4) return text.normalize('NFD').replace(/\p{M}/gu, '');
  return text;
}

/** Why exams are ordered, in the words of those who order them. `plain`: a first look at a complaint. */
const REASONS = {
  plain: {
    fr: [
      'douleur depuis 3 jours',
      'dyspnée',
      'toux fébrile',
      'lombalgie persistante',
      'bilan',
      'AEG',
      'suspicion de fracture',
      'céphalées',
      'recherche de foyer',
      'douleur non contrôlée',
    ],
    de: [
      'Schmerzen seit 3 Tagen',
      'Dyspnoe',
      'Husten, Fieber',
      'V.a. Fraktur',
      'Abklärung',
      'Kopfschmerzen',
      'Bauchschmerzen',
      'kein Sturz, Schmerzen',
      'Fokussuche',
      'Leistungsminderung',
    ],
    en: [
      'pain for 3 days',
      'shortness of breath',
      'cough and fever',
      '?fracture',
      'headache',
      'abdominal pain',
      'rule out mass',
      'no trauma, pain',
      'weight loss',
      'query infection',
    ],
    pt: [
      'dor há 3 dias',
      'dispneia',
      'tosse e febre',
      'suspeita de fratura',
      'cefaleias',
      'dor abdominal',
      'estudo',
      'sem trauma, dor',
      'perda de peso',
    ],
  },
  'follow-up': {
    fr: [
      'contrôle nodule à 3 mois',
      'suivi oncologique',
      'surveillance anévrisme',
      'réévaluation sous chimiothérapie',
      'contrôle évolutif',
    ],
    de: [
      'Verlaufskontrolle',
      'Tumornachsorge',
      'Kontrolle Rundherd',
      'Restaging unter Therapie',
      'Verlauf bei bek. Aneurysma',
    ],
    en: [
      'follow-up of nodule',
      'oncology follow up',
      'aneurysm surveillance',
      'restaging after chemotherapy',
      'f/u pneumonia',
    ],
    pt: [
      'seguimento de nódulo',
      'controlo oncológico',
      'vigilância de aneurisma',
      'reavaliação após quimioterapia',
    ],
  },
  'post-procedure': {
    fr: [
      'contrôle post-opératoire',
      'après pose de drain',
      'position sonde gastrique',
      'post-op J1',
      'après réduction',
    ],
    de: [
      'postoperative Kontrolle',
      'Lagekontrolle ZVK',
      'nach Osteosynthese',
      'Stellungskontrolle',
      'nach Drainage',
    ],
    en: [
      'post-op check',
      'line placement',
      'tube position',
      'after reduction',
      'post procedure film',
    ],
    pt: [
      'controlo pós-operatório',
      'após colocação de dreno',
      'posição do cateter',
      'após redução',
    ],
  },
  acute: {
    fr: ['chute ce matin', 'traumatisme', 'aggravation brutale', 'AVP', 'dégradation neurologique'],
    de: ['Sturz', 'Trauma', 'akute Verschlechterung', 'Verkehrsunfall', 'neu aufgetretene Parese'],
    en: ['fall today', 'trauma', 'acute deterioration', 'MVA', 'new onset weakness'],
    pt: ['queda hoje', 'traumatismo', 'agravamento súbito', 'acidente de viação'],
  },
  serial: {
    fr: ['RX quotidienne réanimation', 'cliché journalier', 'série de 3 clichés'],
    de: ['täglich, Intensiv', 'Röntgenserie', 'tägliche Kontrolle ITS'],
    en: ['daily ICU film', 'serial films', 'every morning while ventilated'],
    pt: ['diário UCI', 'radiografias seriadas'],
  },
  planning: {
    fr: [
      'scanner dosimétrique radiothérapie',
      'repérage pré-opératoire, navigation',
      'planification',
    ],
    de: ['Planungs-CT Bestrahlung', 'OP-Planung Navigation', 'Bestrahlungsplanung'],
    en: ['radiotherapy planning', 'planning for navigation', 'RT simulation'],
    pt: ['planeamento de radioterapia', 'neuronavegação'],
  },
};

/** `intent`: a key of the table. */
export const reasonFor = (random, language, intent) => random.pick(REASONS[intent][language]);

/** What was done under the guidance of images, in the description of the order. */
export const GUIDED = {
  fr: ['ponction sous', 'infiltration sous', 'biopsie sous'],
  de: ['Punktion', 'Infiltration', 'Biopsie'],
  en: ['guided biopsy', 'guided injection', 'guided drainage'],
  pt: ['biópsia guiada por', 'punção guiada por', 'infiltração guiada por'],
};

import type { OrderSign } from './match-words.js';

/**
 * How orders say why, in French, German, English and Portuguese: folded (no accents, small letters), words apart by one space; a `*` stands for the
 * rest of a word, before or behind. Extend it freely: more of it holds back more warnings.
 */
export const ORDER_SIGN_WORDS: Readonly<Record<OrderSign, readonly string[]>> = {
  'follow-up': [
    ...['controle', 'suivi', 'surveillance', 'reevaluation', 'evolution', 'evolutivite'],
    ...['sous chimio*', 'sous traitement', 'apres chimio*', 'comparatif'],
    ...['verlauf*', 'kontroll*', '*kontrolle', '*nachsorge', 'unter therapie', 'nach chemo*'],
    ...['follow up', 'followup', 'f u', 'fu', 'monitoring', 'restaging', 're staging'],
    ...['response to', 'treatment response', 'interval change', 'recheck', 'check up'],
    ...['seguimento', 'controlo', 'vigilancia', 'reavaliacao', 'reestadiamento', 'sob quimio*'],
  ],
  'post-procedure': [
    ...['post op*', 'postop*', 'post operatoire', 'apres pose', 'apres chirurgie', 'apres drain*'],
    ...[
      'apres ponction',
      'apres reduction',
      'apres osteosynthese',
      'apres extubation',
      'position sonde',
    ],
    ...['position du', 'position de la', 'position drain', 'post interventionnel'],
    ...['nach op', 'nach osteosynthese', 'lagekontrolle', 'nach drain*', 'nach punktion'],
    ...[
      'nach reposition',
      'stellungskontrolle',
      'materiallage',
      'postinterventionell*',
      'lage zvk',
    ],
    ...['after surgery', 'after reduction', 'line placement', 'tube placement', 'line position'],
    ...[
      'tube position',
      'catheter position',
      'post procedure',
      'post drain*',
      'post biopsy',
      'postoperative',
    ],
    ...[
      'pos op*',
      'pos operatorio',
      'apos cirurgia',
      'apos reducao',
      'apos dren*',
      'apos colocacao',
    ],
    ...['posicao do', 'posicao da'],
  ],
  'acute-change': [
    ...[
      'trauma',
      'traumatisme',
      'polytrauma*',
      'chute',
      'accident',
      'avp',
      'aggravation',
      'degradation',
    ],
    ...['deficit nouveau', 'd apparition brutale', 'nouveaux symptomes', 'agression'],
    ...[
      'sturz',
      'gesturzt',
      '*unfall',
      'verschlechter*',
      'neu aufgetreten*',
      'neue symptom*',
      'akut neu',
    ],
    ...['fall', 'fell', 'injury', 'mva', 'rta', 'rtc', 'worsening', 'deteriorat*', 'acute change'],
    ...['new onset', 'new symptom*', 'sudden onset', 'assault'],
    ...[
      'queda',
      'acidente',
      'traumatismo',
      'agravamento',
      'deterioracao',
      'inicio subito',
      'novos sintomas',
    ],
  ],
  serial: [
    ...['quotidien*', 'journalier*', 'tous les jours', 'serie de', 'toutes les'],
    ...[
      'taglich*',
      'alle 6 stunden',
      'alle 12 stunden',
      'alle 24 stunden',
      'serie von',
      'rontgenserie',
    ],
    ...[
      'daily',
      'serial',
      'series of',
      'every morning',
      'every 6 hours',
      'every 12 hours',
      'q24h',
      'q12h',
    ],
    ...['diari*', 'seriad*', 'todos os dias', 'serie de'],
  ],
  planning: [
    ...['planification', 'dosimetri*', 'reperage', 'navigation', 'neuronavigation', 'centrage'],
    ...['bestrahlungsplan*', 'planungs*', 'planung', 'op planung', 'bestrahlung geplant'],
    ...['planning', 'radiotherapy', 'simulation'],
    ...['planeamento', 'planejamento', 'radioterapia', 'neuronavegacao'],
  ],
};

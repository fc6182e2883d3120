const native = '1.2.840.10008.1.2.1';
const jpegLs = '1.2.840.10008.1.2.4.80';
const jpeg = '1.2.840.10008.1.2.4.50';

/**
 * The mix of exams: how many of a thousand, series and instances of one (mean, spread evenly from a half to one and a half), pixels, and bytes
 * of an instance. Together 113 instances and 44 MB an exam.
 */
export const kinds = [
  {
    modality: 'DX',
    perMille: 480,
    series: 2,
    instances: 2,
    bytes: 6_000_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.1.1',
    syntaxes: [native, jpegLs],
    pixels: { rows: 2544, columns: 2048, bits: 16 },
    studies: [
      'Thorax face et profil',
      'Röntgen Hand links',
      'Genou droit',
      'Chest PA',
      'Bassin',
      'Wirbelsäule lumbal',
    ],
    parts: ['CHEST', 'HAND', 'KNEE', 'PELVIS', 'LSPINE'],
    seriesNames: ['Face', 'Profil', 'a.p.', 'lateral'],
  },
  {
    modality: 'US',
    perMille: 180,
    series: 1,
    instances: 25,
    bytes: 800_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.6.1',
    syntaxes: [jpeg],
    pixels: { rows: 768, columns: 1024, bits: 8 },
    studies: [
      'Échographie abdominale',
      'Schilddrüse',
      'Echo abdomen',
      'Doppler veineux',
      'Ultrasound pelvis',
    ],
    parts: ['ABDOMEN', 'THYROID', 'PELVIS'],
    seriesNames: ['B-mode', 'Doppler', 'Abdomen'],
  },
  {
    modality: 'CT',
    perMille: 180,
    series: 5,
    instances: 350,
    bytes: 257_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.2',
    syntaxes: [native, native, jpegLs],
    pixels: { rows: 512, columns: 512, bits: 16 },
    studies: [
      'Scanner thorax',
      'CT Abdomen/Becken',
      'CT thoraco-abdomino-pelvien',
      'Schädel-CT nativ',
      'Angio CT pulmonaire',
      'CT Thorax',
    ],
    parts: ['CHEST', 'ABDOMEN', 'HEAD', 'PELVIS'],
    seriesNames: [
      'Topogramme',
      'Thorax 1.0 B70f',
      'Abdomen 5.0 B30f',
      'MPR cor',
      'MPR sag',
      'Poumon 3.0',
    ],
  },
  {
    modality: 'MR',
    perMille: 95,
    series: 9,
    instances: 450,
    bytes: 133_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.4',
    syntaxes: [native, native, jpegLs],
    pixels: { rows: 320, columns: 320, bits: 16 },
    studies: [
      'IRM cérébrale',
      'MRT Schädel',
      'IRM rachis lombaire',
      'MRT Knie rechts',
      'MRI brain with contrast',
      'IRM épaule',
    ],
    parts: ['BRAIN', 'LSPINE', 'KNEE', 'SHOULDER'],
    seriesNames: ['localizer', 't1_tse_sag', 't2_tse_tra', 'FLAIR', 'DWI', 'T1 3D +Gd'],
  },
  {
    modality: 'MG',
    perMille: 50,
    series: 4,
    instances: 6,
    bytes: 20_000_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.1.2',
    syntaxes: [jpegLs],
    pixels: { rows: 4096, columns: 3328, bits: 16 },
    studies: ['Mammographie bilatérale', 'Programme mammographie', 'Mammographie Screening'],
    parts: ['BREAST'],
    seriesNames: ['L CC', 'R CC', 'L MLO', 'R MLO'],
  },
  {
    modality: 'XA',
    perMille: 9,
    series: 3,
    instances: 100,
    bytes: 2_000_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.12.1',
    syntaxes: [native],
    pixels: { rows: 1024, columns: 1024, bits: 16 },
    studies: ['Coronarographie', 'Angiographie'],
    parts: ['HEART'],
    seriesNames: ['LCA', 'RCA', 'Ventriculographie'],
  },
  {
    modality: 'PT',
    perMille: 6,
    series: 3,
    instances: 100,
    bytes: 200_000,
    sopClass: '1.2.840.10008.5.1.4.1.1.128',
    syntaxes: [native],
    pixels: { rows: 200, columns: 200, bits: 16 },
    studies: ['TEP-TDM FDG', 'PET/CT whole body'],
    parts: ['WHOLEBODY'],
    seriesNames: ['PET WB', 'PET WB NAC', 'MIP'],
  },
];

/** The kind of an exam, by its share of the mix. */
export function kindOf(draw) {
  let rest = draw.below(1000);
  for (const kind of kinds) {
    if (rest < kind.perMille) return kind;
    rest -= kind.perMille;
  }
  throw new Error('the mix is not whole');
}

/** IHE-MADO1, High-Level Anatomic Regions and Systems (IHE RAD MADO Rev. 1.1, Table 6.X.6.4-1), by SNOMED CT code. */
export const REGION_NAMES: Readonly<Record<string, string>> = {
  '774007': 'Head and neck',
  '67734004': 'Upper trunk',
  '63337009': 'Lower trunk',
  '53120007': 'Upper limb',
  '61685007': 'Lower limb',
  '1141981001': 'Vertebral column',
  '76752008': 'Breast',
  '80891009': 'Heart',
  '113257007': 'Cardiovascular system',
  '38266002': 'Entire body',
};

/** Code and name of each region that the set knows. */
export const namedRegions = (codes: readonly string[]) =>
  codes.flatMap((code) => {
    const name = REGION_NAMES[code];
    return name === undefined ? [] : [{ code, name }];
  });

/** Value representations of PS3.5 §6.2. */
// biome-ignore format: a table
export const VRS = [
  'AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW',
  'PN', 'SH', 'SL', 'SQ', 'SS', 'ST', 'SV', 'TM', 'UC', 'UI', 'UL', 'UN', 'UR', 'US', 'UT', 'UV',
] as const;
export type Vr = (typeof VRS)[number];

/** How a value is read: the shape of its bytes, not its meaning. */
export type VrKind =
  | 'ascii'
  | 'binary'
  | 'decimal'
  | 'free'
  | 'name'
  | 'number'
  | 'sequence'
  | 'tag'
  | 'text';

/**
 * `wordBytes`: size of what changes with the byte order (1: nothing does); `longLength`: 32-bit length after two reserved
 * bytes (PS3.5 §7.1.2); `mayBeBulk`: PS3.18 §F.2.6 lets a BulkDataURI stand for the value.
 */
export type VrTraits = Readonly<{
  vr: Vr;
  kind: VrKind;
  wordBytes: 1 | 2 | 4 | 8;
  longLength: boolean;
  mayBeBulk: boolean;
}>;

const KINDS: Readonly<Record<VrKind, readonly Vr[]>> = {
  ascii: ['AE', 'AS', 'CS', 'DA', 'DT', 'TM', 'UI'],
  binary: ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'],
  decimal: ['DS', 'IS'],
  free: ['LT', 'ST', 'UR', 'UT'],
  name: ['PN'],
  number: ['FD', 'FL', 'SL', 'SS', 'SV', 'UL', 'US', 'UV'],
  sequence: ['SQ'],
  tag: ['AT'],
  text: ['LO', 'SH', 'UC'],
};
// biome-ignore format: a table
const WORD_BYTES: Readonly<Partial<Record<Vr, 2 | 4 | 8>>> = {
  AT: 2, OW: 2, SS: 2, US: 2, FL: 4, OF: 4, OL: 4, SL: 4, UL: 4, FD: 8, OD: 8, OV: 8, SV: 8, UV: 8,
};
const LONG_LENGTH = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV';
const MAY_BE_BULK = 'DS FD FL IS LT OB OD OF OL OV OW SL SS ST SV UC UL UN US UT UV';

const kindOf = (vr: Vr) =>
  (Object.keys(KINDS) as VrKind[]).find((kind) => KINDS[kind].includes(vr)) ?? 'binary';

const TRAITS = new Map<string, VrTraits>(
  VRS.map((vr) => [
    vr,
    {
      vr,
      kind: kindOf(vr),
      wordBytes: WORD_BYTES[vr] ?? 1,
      longLength: LONG_LENGTH.includes(vr),
      mayBeBulk: MAY_BE_BULK.includes(vr),
    },
  ]),
);

/** Traits of a VR by its two letters; undefined for letters that PS3.5 doesn't know. */
export const traitsOf = (vr: string): VrTraits | undefined => TRAITS.get(vr);

const BY_CODE: (Vr | undefined)[] = Array.from({ length: 0x5b5b });
for (const vr of VRS) BY_CODE[(vr.charCodeAt(0) << 8) | vr.charCodeAt(1)] = vr;

/** The VR whose two letters are these bytes; undefined when there is none. */
export const vrOfBytes = (first: number, second: number): Vr | undefined =>
  BY_CODE[(first << 8) | second];

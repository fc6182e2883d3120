/** Where an element of a file is: `at` its tag, `lengthAt` its length of `lengthBytes`, `valueAt` its value. */
export type Site = Readonly<{
  at: number;
  tag: number;
  vr: string;
  lengthAt: number;
  lengthBytes: 2 | 4;
  valueAt: number;
  length: number;
}>;

const DATA_SET_AT = 132;
const SITES_MAX = 5000;
const UNDEFINED_LENGTH = 0xffffffff;
const LONG_VRS = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];
const META_GROUP = 2;

/** The elements of a sound little endian file, nested ones too; those of others as far as they look like some. No code of ours takes part. */
export function sitesOf(bytes: Buffer): readonly Site[] {
  const sites: Site[] = [];
  let at = bytes.toString('latin1', 128, DATA_SET_AT) === 'DICM' ? DATA_SET_AT : 0;
  let implicit: boolean | undefined;
  while (at + 8 <= bytes.length && sites.length < SITES_MAX) {
    const group = bytes.readUInt16LE(at);
    if (implicit === undefined && group !== META_GROUP && group !== 0xfffe)
      implicit = !/^[A-Z]{2}$/.test(bytes.toString('latin1', at + 4, at + 6));
    const site = siteAt(bytes, at, implicit === true && group !== META_GROUP);
    sites.push(site);
    at = isOpened(site) ? site.valueAt : site.valueAt + site.length;
  }
  return sites;
}

/** What is inside of a sequence or an item is looked at as well. */
const isOpened = ({ vr, tag, length }: Site): boolean =>
  vr === 'SQ' || length === UNDEFINED_LENGTH || (tag >>> 16 === 0xfffe && length > 0 && vr === '');

function siteAt(bytes: Buffer, at: number, implicit: boolean): Site {
  const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
  if (implicit || tag >>> 16 === 0xfffe)
    return longSite(bytes, { at, tag, vr: '', lengthAt: at + 4 });
  const vr = bytes.toString('latin1', at + 4, at + 6);
  if (LONG_VRS.includes(vr)) return longSite(bytes, { at, tag, vr, lengthAt: at + 8 });
  const length = bytes.readUInt16LE(at + 6);
  return { at, tag, vr, lengthAt: at + 6, lengthBytes: 2, valueAt: at + 8, length };
}

function longSite(
  bytes: Buffer,
  site: Readonly<{ at: number; tag: number; vr: string; lengthAt: number }>,
): Site {
  const { lengthAt } = site;
  const length = lengthAt + 4 <= bytes.length ? bytes.readUInt32LE(lengthAt) : 0;
  return { ...site, lengthBytes: 4, valueAt: lengthAt + 4, length };
}

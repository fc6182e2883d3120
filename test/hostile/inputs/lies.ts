/** Values that don't belong where they're put. */
export const NUMBERS: readonly string[] = [
  '0', '1', '2', '-1', '65535', '65536', '32768', '100000', '2147483647', '2147483648', '4294967296',
  '9007199254740993', '1e308', '1e999', '-1e999', '0.1', 'NaN', 'Infinity', '', ' ', '1\\2\\3', '0x10', '+7', '١٢',
];

export const TEXTS: readonly Buffer[] = [
  Buffer.from(''),
  Buffer.from('\0'),
  Buffer.from('A\0B\0'),
  Buffer.from('\u{feff}\u{fffe}\u{ffff}'),
  Buffer.from('ÄÖ^山田=山田=やまだ'),
  Buffer.from('^^^^^^=^^^=^='),
  Buffer.from('\\\\\\\\\\\\'),
  Buffer.from([0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80, 0xc0, 0x80]),
  Buffer.from([0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42, 0x1b]),
  Buffer.from([0x1b, 0x24, 0x29, 0x43, 0xff, 0xfe, 0x1b, 0x2d]),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0x80, 0x30, 0x81, 0x30, 0x84, 0x31]),
  Buffer.from("'; DROP TABLE events; --"),
  Buffer.from('{"a":"\\u0000"}'),
  Buffer.from('<script>alert(1)</script>&amp;]]>'),
  Buffer.from('../../../../etc/passwd'),
  Buffer.from('\r\n\r\n--boundary--\r\n'),
  Buffer.from('%00%2e%2e%s%n'),
  Buffer.from('1.2.840..10008.'),
  Buffer.from('1.2.3/4'),
  Buffer.from('00000000'),
  Buffer.from('99999999'),
  Buffer.from('20260230-20269999'),
  Buffer.from('246061.9999999'),
  Buffer.from('__proto__'),
];

export const CHARACTER_SETS: readonly string[] = [
  '', 'ISO_IR 100', 'ISO_IR 192', 'GB18030', 'GBK', 'ISO_IR 13', 'ISO 2022 IR 87', '\\ISO 2022 IR 87', '\\ISO 2022 IR 149',
  'ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159', '\\ISO 2022 IR 58', 'ISO_IR 192\\ISO 2022 IR 87', 'utf-16', 'constructor', '\\\\\\\\',
  'ISO_IR 999',
];

export const VRS: readonly string[] = [
  'AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'PN', 'SH',
  'SL', 'SQ', 'SS', 'ST', 'SV', 'TM', 'UC', 'UI', 'UL', 'UN', 'UR', 'US', 'UT', 'UV', 'ZZ', '\0\0', '??',
];

export const TAGS: readonly number[] = [
  0x00000000, 0x00020000, 0x00020010, 0x00080005, 0x00080016, 0x00080018, 0x00081140, 0x00100010, 0x00100020, 0x0020000d,
  0x0020000e, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280103,
  0x52009230, 0x7fe00001, 0x7fe00002, 0x7fe00008, 0x7fe00009, 0x7fe00010, 0xfffcfffc, 0xfffee000, 0xfffee00d, 0xfffee0dd, 0xffffffff,
  0x00090010, 0x00091010,
];

export const TRANSFER_SYNTAXES: readonly string[] = [
  '1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.98', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.81', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91', '1.2.840.10008.1.2.4.92', '1.2.840.10008.1.2.4.102',
  '1.2.840.10008.1.2.4.110', '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.203', '1.2.840.10008.1.2.5', '1.2.840.10008.1.2.8.1',
  '1.2.840.113619.5.2', '1.2.3.4', '',
];

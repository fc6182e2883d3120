/** The eight entries that trees of certificate transparency are tested with everywhere, as bytes in hex. */
export const ENTRIES: readonly string[] = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];

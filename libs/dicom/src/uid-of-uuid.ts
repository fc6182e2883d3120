/** The UID that PS3.5 §B.2 makes of a UUID: 2.25. and the UUID as a decimal number. */
export const uidOfUuid = (uuid: string): string =>
  `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`;

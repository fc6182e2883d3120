/** A `postgresql:` URL for a server that listens on a unix socket in the folder; the user is the owner of everything. */
export const socketUrl = (socketFolder: string, database: string): string =>
  `postgresql://${EMBEDDED_USER}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;

/** Who owns everything in the embedded server; its socket's folder lets nobody else in. */
export const EMBEDDED_USER = 'arkim';

/** A device that holds the master key: the shared library of its maker, the label of a token and the user's PIN. */
export type Pkcs11Settings = Readonly<{ module: string; token: string; pin: string }>;

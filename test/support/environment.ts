/* vitest's own variables would make a program think that it's a test. */
const TAKEN = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'USER'];
/** How this machine reaches the package registry. */
const REGISTRY =
  /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|(?:HTTPS?|NO)_PROXY|npm_config_(?:cafile|proxy|https_proxy|noproxy|registry|userconfig))$/i;

/** The environment of a program that a test starts, as a user's shell would give it. */
export const programEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && (TAKEN.includes(name) || REGISTRY.test(name)) ? [[name, value]] : [],
    ),
  );

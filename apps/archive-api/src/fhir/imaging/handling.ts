/** Whether a request wants what isn't supported to be refused (FHIR R4 §3.1.1.2, Prefer: handling=strict). Otherwise it is left out, and told. */
export const isStrictHandling = (prefer: string | string[] | undefined): boolean =>
  /(?:^|[,;])\s*handling\s*=\s*"?strict"?\s*(?:$|[,;])/i.test(String(prefer ?? ''));

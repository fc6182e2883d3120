import type { TrustedIssuer as Trusted } from './config/issuers-setting.js';
import type { Config } from './config.js';
import { openDemoIssuer } from './demo-issuer.js';
import { OperatorFault } from './operator-fault.js';

/** A body that signs tokens. */
export type TrustedIssuer = Trusted;

/** Everyone whose tokens count: those of ARKIM_OIDC_ISSUERS and, in a demonstration, the demo issuer. */
export async function trustedIssuers(config: Config): Promise<readonly TrustedIssuer[]> {
  if (!config.demo) return config.issuers;
  const { trusted } = await openDemoIssuer(config.dataFolder);
  if (config.issuers.some(({ issuer }) => issuer === trusted.issuer))
    throw new OperatorFault('ARKIM_OIDC_ISSUERS: the demo issuer is registered by ARKIM_DEMO');
  return [...config.issuers, trusted];
}

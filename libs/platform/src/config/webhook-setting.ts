import { z } from 'zod';
import { readNetwork } from '../public-address.js';

/** Whom changes may be told over HTTP. `networks`: private ones (CIDR) that may be called; `caFile`: certificates that are believed besides those of the system, in PEM. */
export type WebhookSettings = Readonly<{
  networks: readonly string[];
  caFile: string | undefined;
}>;

const NETWORKS_MAX = 64;

export const webhookSettings = {
  ARKIM_WEBHOOK_NETWORKS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((one) => one.trim()))
    .transform((networks) => networks.filter((one) => one !== ''))
    .refine(
      (networks) =>
        networks.length <= NETWORKS_MAX && networks.every((one) => readNetwork(one) !== undefined),
      'must be networks such as 10.20.0.0/16, with commas between them',
    ),
  ARKIM_WEBHOOK_CA: z.string().min(1).optional(),
};

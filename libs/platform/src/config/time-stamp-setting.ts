import { z } from 'zod';

/** A time-stamping authority over HTTP (RFC 3161 §3.4); `caFile`: the certificates that it is believed by, in PEM. */
export type TimeStampSettings = Readonly<{ url: string; caFile: string }>;

const URL_CHARACTERS_MAX = 2_000;

export const timeStampSettings = {
  ARKIM_TSA_URL: z
    .url({ protocol: /^https?$/ })
    .max(URL_CHARACTERS_MAX)
    .optional(),
  ARKIM_TSA_CA: z.string().min(1).optional(),
};

type Given = Readonly<{
  ARKIM_TSA_URL?: string | undefined;
  ARKIM_TSA_CA?: string | undefined;
}>;

export const timeStampsOf = ({
  ARKIM_TSA_URL: url,
  ARKIM_TSA_CA: caFile,
}: Given): TimeStampSettings | undefined =>
  url === undefined || caFile === undefined ? undefined : { url, caFile };

/** The setting that lacks beside another. */
export function missingTimeStamp({ ARKIM_TSA_URL: url, ARKIM_TSA_CA: ca }: Given) {
  if ((url === undefined) === (ca === undefined)) return undefined;
  return url === undefined ? 'ARKIM_TSA_URL' : 'ARKIM_TSA_CA';
}

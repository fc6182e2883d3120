/** Where the objects lie and who asks for them. */
export type S3Settings = Readonly<{
  /** http or https, without a path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** Certificates, beside those of Node.js, that may vouch for the endpoint: a file in PEM form. */
  caFile: string | undefined;
}>;

/** The settings don't lead to a bucket that can be used; one line for the operator, without a secret. */
export class S3SettingsFault extends Error {
  override readonly name = 'S3SettingsFault';
}

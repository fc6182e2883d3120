import type { Config } from '#platform/config';

/** Where everything is, and two commands that work as they stand when they're typed in the clone. */
export function announcement(config: Config, seconds: string): string {
  const origin = originOf(config);
  const lines = [
    `arkim: ready after ${seconds} s`,
    `  open      ${origin}/`,
    `  DICOMweb  ${origin}/dicom-web`,
    `  WADO-URI  ${origin}/wado`,
    `  health    ${origin}/health/ready`,
    `  metrics   ${origin}/metrics`,
    `  data      ${config.dataFolder}`,
    ...(config.s3 ? [`  objects   bucket ${config.s3.bucket} at ${config.s3.endpoint}`] : []),
  ];
  return [...lines, ...(config.demo ? demoLines(config, origin) : [])].join('\n');
}

/** The origin under which this machine reaches the API. */
export function originOf({ host, port }: Pick<Config, 'host' | 'port'>): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function demoLines({ dataFolder }: Config, origin: string): readonly string[] {
  const token = `ARKIM_DATA=${quoted(dataFolder)} npm run --silent token -- --org HOSP-A --role radiologist`;
  return [
    'A token (of the demo issuer, in the folder of this clone):',
    `  ${token}`,
    'The studies of HOSP-A:',
    `  curl -H "Authorization: Bearer $(${token})" ${origin}/dicom-web/studies`,
  ];
}

/* As a shell reads it back. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

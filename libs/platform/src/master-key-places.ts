import type { Config } from './config.js';
import { masterKeyFiles } from './master-key-files.js';

/** Where the settings say that versions of the master key lie. */
export const masterKeyPlaces = ({ dataFolder, keys }: Pick<Config, 'dataFolder' | 'keys'>) => ({
  files: masterKeyFiles(dataFolder),
  pkcs11: keys.pkcs11,
});

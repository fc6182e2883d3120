import type { Command } from './command.js';

/** Every verb of `arkim`; each is loaded only when it's asked for, so that `token` stays quick. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  'copy-log': async () => (await import('./copy-log.js')).copyLogCommand,
  export: async () => (await import('./export.js')).exportMasters,
  hl7: async () => (await import('./hl7.js')).hl7,
  import: async () => (await import('./import.js')).importCommand,
  onboard: async () => (await import('./onboard.js')).onboard,
  quarantine: async () => (await import('./quarantine.js')).quarantine,
  rebuild: async () => (await import('./rebuild.js')).rebuild,
  token: async () => (await import('./token.js')).token,
  verify: async () => (await import('./verify.js')).verify,
};

import type { Command } from './command.js';

/** Every verb of `arkim`; each is loaded only when it's asked for, so that `token` stays quick. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  audit: async () => (await import('./audit.js')).audit,
  'copy-log': async () => (await import('./copy-log.js')).copyLogCommand,
  copies: async () => (await import('./copies.js')).copies,
  crisis: async () => (await import('./crisis.js')).crisis,
  duplicates: async () => (await import('./duplicates.js')).duplicates,
  exams: async () => (await import('./exams.js')).exams,
  export: async () => (await import('./export.js')).exportMasters,
  fallback: async () => (await import('./fallback.js')).fallback,
  hospital: async () => (await import('./hospital.js')).hospital,
  hl7: async () => (await import('./hl7.js')).hl7,
  import: async () => (await import('./import.js')).importCommand,
  onboard: async () => (await import('./onboard.js')).onboard,
  quarantine: async () => (await import('./quarantine.js')).quarantine,
  rebuild: async () => (await import('./rebuild.js')).rebuild,
  rejections: async () => (await import('./rejections.js')).rejections,
  revoke: async () => (await import('./revoke.js')).revoke,
  token: async () => (await import('./token.js')).token,
  usage: async () => (await import('./usage.js')).usage,
  verify: async () => (await import('./verify.js')).verify,
};

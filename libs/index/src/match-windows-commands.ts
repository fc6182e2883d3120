import type { PublishWindows, WindowsRefusal } from '#archive/duplicates/decide-windows';
import type { MatchWindows } from '#exams/match-windows';
import type { PolicyOrder, PublishedVersion } from './policy-commands.js';

/** The windows of duplicate exams. */
export type PublishedWindows = Readonly<{
  publish: (
    order: PolicyOrder,
    command: PublishWindows,
  ) => Promise<Readonly<{ ok: true } | { ok: false; refusal: WindowsRefusal }>>;
  /** The latest `limit`, the latest first. */
  versions: (limit: number) => Promise<readonly PublishedVersion[]>;
  /** One version, or the latest; undefined when it was never published, or nothing was. */
  read: (version?: string) => Promise<MatchWindows | undefined>;
}>;

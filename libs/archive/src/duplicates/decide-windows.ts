import { accept, type Decider, refuse } from '#events/decider';
import { MATCH_WINDOWS, type MatchWindows } from '#exams/match-windows';
import { faultOfWindows, type WindowsFault } from '#exams/windows-fault';
import type { MatchWindowsPublished } from '../match-events.js';

/** Publishes windows in the place of those that their author read. */
export type PublishWindows = Readonly<{ basedOn: string; windows: MatchWindows }>;

/** `overtaken`: another version is in force than they are based on. `version-used`: a version names one set of windows for good. */
export type WindowsRefusal = 'overtaken' | 'version-used' | WindowsFault;

/** The versions that were in force, the latest last; the built-in one was the first. */
type Versions = readonly string[];

export const matchWindows: Decider<
  Versions,
  PublishWindows,
  MatchWindowsPublished,
  WindowsRefusal
> = {
  initial: [MATCH_WINDOWS.version],
  evolve: (versions, { data }) => [...versions, data.windows.version],
  decide: ({ basedOn, windows }, versions) => {
    if (versions.at(-1) !== basedOn) return refuse('overtaken');
    if (versions.includes(windows.version)) return refuse('version-used');
    const fault = faultOfWindows(windows);
    if (fault !== undefined) return refuse(fault);
    return accept({ type: 'MatchWindowsPublished', data: { basedOn, windows } });
  },
};

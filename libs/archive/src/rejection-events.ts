import type { Event } from '#events/event';

/** Titles of rejection notes, as DICOM codes them (PS3.16 CID 7011; IHE RAD IOCM). */
export const REJECTION_CODES = ['113001', '113037', '113038', '113039'] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** SOP Instance UIDs of one series of the study, which is named by its opaque id. */
export type SeriesInstances = Readonly<{ series: string; instances: readonly string[] }>;

/**
 * A rejection note, which is stored like any instance, says that these instances must not be used: nobody but the few whom the code leaves sees
 * them from now on, nor the note; their bytes stay. Instances that aren't there yet are rejected when they come. `rejection` is the opaque id of
 * the note; a long list is spread over several facts, `chunk` counts them from 0.
 */
export type InstancesRejected = Event<
  'InstancesRejected',
  {
    hospital: string;
    claim: string;
    rejection: string;
    code: RejectionCode;
    chunk: number;
    count: number;
  },
  {
    note: Readonly<{ series: string; instance: string }>;
    series: readonly SeriesInstances[];
  }
>;

/**
 * A rejection counts no more: all of it, because a person said so (`actor`, an opaque id), or ('' as `rejection`) whatever was said of these instances, since
 * they were sent again and the hospital's settings let that restore them.
 */
export type RejectionRevoked = Event<
  'RejectionRevoked',
  { hospital: string; claim: string; rejection: string; actor: string },
  { series: readonly SeriesInstances[] }
>;

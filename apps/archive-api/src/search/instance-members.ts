import type { InstanceFact } from '#index/instance-fact';
import type { Members } from './row-text.js';

/**
 * What PS3.18 Table 10.6.3-5 wants of an instance, from the index alone, in tag order; what is absent is left out but for the number.
 * `timezone`: TimezoneOffsetFromUTC of its series.
 */
export function instanceMembers(fact: InstanceFact, url: string, timezone: string | null): Members {
  const members = new Map<string, string>();
  members.set('00080016', text('00080016', 'UI', fact.sopClass));
  members.set('00080018', text('00080018', 'UI', fact.instance));
  members.set('00080056', text('00080056', 'CS', 'ONLINE'));
  if (timezone !== null) members.set('00080201', text('00080201', 'SH', timezone));
  members.set('00081190', text('00081190', 'UR', url));
  members.set('00083002', text('00083002', 'UI', fact.transferSyntax));
  members.set('00200013', number('00200013', 'IS', fact.number));
  for (const [tag, vr, value] of [
    ['00280008', 'IS', fact.frames],
    ['00280010', 'US', fact.rows],
    ['00280011', 'US', fact.columns],
    ['00280100', 'US', fact.bitsAllocated],
  ] as const)
    if (value !== null) members.set(tag, number(tag, vr, value));
  return members;
}

/** UIDs and code strings hold nothing that JSON escapes; what a file says is not trusted to. */
const text = (tag: string, vr: string, value: string): string =>
  `"${tag}":{"vr":"${vr}","Value":[${JSON.stringify(value)}]}`;

const number = (tag: string, vr: string, value: number | null): string =>
  value === null ? `"${tag}":{"vr":"${vr}"}` : `"${tag}":{"vr":"${vr}","Value":[${value}]}`;

import type { Action } from './card-shape.js';
import type { ShownCardOf } from './hook-call.js';

/** A change that the client is asked to make by itself. */
export type SystemAction = Action;

/**
 * Names the exam in the order that would repeat it, so that whoever does the order all the same can compare. The order is read by more people
 * than its doctor: only an ordinary exam that is warned of is named there. The whole resource goes back, as an update has to be.
 */
export function linkToOrder({ draft, best }: ShownCardOf): readonly SystemAction[] {
  const { found, match } = best;
  if (found.kind !== 'study' || !found.isOrdinary || match.indicator !== 'warning') return [];
  if (draft.id === undefined) return [];
  const identifier = { system: 'urn:dicom:uid', value: `urn:oid:${found.study}` };
  const supportingInfo = [
    ...(draft.supportingInfo ?? []).filter(isOther(identifier)),
    { identifier },
  ];
  return [
    {
      type: 'update',
      description: 'Link the earlier exam to the order',
      resource: { ...draft, supportingInfo },
    },
  ];
}

type Identifier = Readonly<{ system: string; value: string }>;

const isOther =
  ({ system, value }: Identifier) =>
  (info: unknown): boolean => {
    const stated = (info as { identifier?: Partial<Identifier> } | null)?.identifier;
    return stated?.system !== system || stated.value !== value;
  };

/** A change that a card offers, or that the client is asked to make (CDS Hooks 2.0, Action). */
export type Action = Readonly<{
  type: 'update' | 'delete';
  description: string;
  resource?: unknown;
  resourceId?: string;
}>;

export type Suggestion = Readonly<{
  label: string;
  uuid: string;
  isRecommended: boolean;
  actions: readonly Action[];
}>;

export type Coding = Readonly<{ system: string; code: string; display: string }>;

export type Link = Readonly<{
  label: string;
  url: string;
  type: 'absolute' | 'smart';
  appContext?: string;
}>;

/** What a clinician is shown (CDS Hooks 2.0, Card Attributes). */
export type Card = Readonly<{
  uuid: string;
  summary: string;
  detail: string;
  indicator: 'info' | 'warning';
  source: Readonly<{ label: string; url: string; topic: Coding }>;
  suggestions?: readonly Suggestion[];
  selectionBehavior?: 'at-most-one';
  overrideReasons?: readonly Coding[];
  links?: readonly Link[];
}>;

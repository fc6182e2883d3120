import type { DemoIssuer } from '#platform/demo-issuer';

export const FIRST_LOOK = Symbol('FirstLook');

/** What the start page and the viewer need from outside. */
export type FirstLook = Readonly<{
  /** Where the viewer lies once it was fetched. */
  viewerFolder: string;
  /** Our own pages of it: they come first. */
  pagesFolder: string;
  /** Signs newcomers in; undefined outside a demonstration, where nobody is signed in here. */
  issuer: DemoIssuer | undefined;
}>;

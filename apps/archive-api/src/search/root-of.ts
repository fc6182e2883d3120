/** What the address of a row begins with: each claim of another hospital has an exact one of its own (design D7). */
export const rootOf = ({ place }: Readonly<{ place?: string }>, root: string): string =>
  place ? `${root}/claims/${place}` : root;

/** Two identifiers that are of one human, while it stands. */
export type Edge = Readonly<{ patient: string; other: string }>;

/**
 * The person of each identifier: of those that edges join, the id that sorts first. It depends on the edges alone, not on their order or on
 * edges that were: so to take one away gives back exactly what was without it.
 */
export function peopleOfEdges(
  patients: Iterable<string>,
  edges: Iterable<Edge>,
): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  const rootOf = (patient: string): string => {
    let root = patient;
    for (
      let next = parents.get(root);
      next !== undefined && next !== root;
      next = parents.get(root)
    )
      root = next;
    parents.set(patient, root);
    return root;
  };
  for (const { patient, other } of edges) {
    const [first, second] = [rootOf(patient), rootOf(other)].sort();
    if (first !== undefined && second !== undefined && first !== second) parents.set(second, first);
  }
  return new Map([...patients].map((patient) => [patient, rootOf(patient)]));
}

import type { RouteRow } from './route-row.js';

/** A resource of the server: its segment of the path (a template such as `{study}` for any), what can be done with it, and what lies below it. */
export type Resource = Readonly<{
  segment: string;
  rows: readonly RouteRow[];
  children: readonly Resource[];
}>;

/** `template`: the path of the resource as the table writes it, without slashes around it. */
export type FoundResource = Readonly<{ template: string; resource: Resource }>;

/** The rows as a tree; its root is the server itself. */
export const resourceTree = (rows: readonly RouteRow[]): Resource =>
  resourceOf(
    '',
    rows.map((row) => ({ row, rest: segmentsOf(row.path) })),
  );

type Rest = Readonly<{ row: RouteRow; rest: readonly string[] }>;

function resourceOf(segment: string, rests: readonly Rest[]): Resource {
  const below = Map.groupBy(
    rests.filter(({ rest }) => rest.length > 0),
    ({ rest }) => rest[0] ?? '',
  );
  return {
    segment,
    rows: rests.filter(({ rest }) => rest.length === 0).map(({ row }) => row),
    children: [...below].map(([name, deeper]) =>
      resourceOf(
        name,
        deeper.map(({ row, rest }) => ({ row, rest: rest.slice(1) })),
      ),
    ),
  };
}

/** A template that takes all the segments that are left. */
const REST = '{path}';

/** The resource of a path (without query); undefined when there is none. A segment by its name goes before a template. */
export function findResource(root: Resource, path: string): FoundResource | undefined {
  const names: string[] = [];
  let resource = root;
  for (const segment of segmentsOf(path)) {
    const next = childOf(resource, segment);
    if (next === undefined) return undefined;
    names.push(next.segment);
    resource = next;
    if (next.segment === REST) break;
  }
  return { template: names.join('/'), resource };
}

const childOf = ({ children }: Resource, segment: string): Resource | undefined =>
  children.find((child) => child.segment === segment) ??
  children.find((child) => segment !== '' && child.segment.startsWith('{'));

/** A slash at the end changes nothing; an empty segment between others is one that no resource has. */
const segmentsOf = (path: string): readonly string[] => {
  const inner = path.replace(/^\//, '').replace(/\/$/, '');
  return inner === '' ? [] : inner.split('/');
};

/** What Allow says of a resource (RFC 9110 §10.2.1). */
export function allowOf({ rows }: Resource): string {
  const methods = new Set<string>(rows.map(({ method }) => method));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods, 'OPTIONS'].join(', ');
}

import { readFileSync } from 'node:fs';

/** One element of a logical model: how often it is there, and what it is. */
export type FshElement = Readonly<{ min: number; max: number; type: string }>;

/** A logical model in FHIR Shorthand: its elements by path, and the rules (`obeys`) by the path that they are about. */
export type FshModel = Readonly<{
  elements: ReadonlyMap<string, FshElement>;
  rules: readonly Readonly<{ path: string; rule: string }>[];
}>;

const ELEMENT = /^\* ([\w.]+) (\d+)\.\.(\d+|\*) (?:contentReference )?(\S+) "/;
const OBEYS = /^\* ([\w.]+) obeys (.+)$/;

/** Reads a definition of `definitions`. */
export function fshModel(name: string): FshModel {
  const lines = readFileSync(`test/cds/definitions/${name}.fsh`, 'utf8').split('\n');
  const elements = lines.flatMap((line): [string, FshElement][] => {
    const [, path, min, max, type = ''] = ELEMENT.exec(line) ?? [];
    const most = max === '*' ? Number.POSITIVE_INFINITY : Number(max);
    return path === undefined ? [] : [[path, { min: Number(min), max: most, type }]];
  });
  const rules = lines.flatMap((line) => {
    const [, path, named = ''] = OBEYS.exec(line) ?? [];
    return path === undefined ? [] : named.split(' and ').map((rule) => ({ path, rule }));
  });
  return { elements: new Map(elements), rules };
}

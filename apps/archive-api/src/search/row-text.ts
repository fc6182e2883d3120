import type { HeaderJson } from '#index/header-json';

/** A result as members of a JSON object: tag → `"tag":{…}`. */
export type Members = ReadonlyMap<string, string>;

const memberText = (tag: string, attribute: unknown): string =>
  `"${tag}":${JSON.stringify(attribute)}`;

const retrieveUrl = (url: string): string => memberText(RETRIEVE_URL, { vr: 'UR', Value: [url] });

const RETRIEVE_URL = '00081190';

/** Rows are in tag order and always have an attribute of group 0010 or 0020; a quote inside a value is escaped, so this is a key. */
const BEHIND_RETRIEVE_URL = /,"00[12]/;

/** The ready JSON of a row with its RetrieveURL at its place, without reading the rest. */
export function withRetrieveUrl(json: string, url: string): string {
  const at = json.search(BEHIND_RETRIEVE_URL);
  if (at < 0) throw new Error('the JSON of a row has no attribute behind RetrieveURL');
  return `${json.slice(0, at)},${retrieveUrl(url)}${json.slice(at)}`;
}

/** Members of ready JSON texts, the later ones winning. */
export function membersOf(...texts: readonly (string | undefined)[]): Map<string, string> {
  const members = new Map<string, string>();
  for (const text of texts) {
    if (text === undefined) continue;
    for (const [tag, attribute] of Object.entries(JSON.parse(text) as HeaderJson))
      members.set(tag, memberText(tag, attribute));
  }
  return members;
}

/** One object of all members, in tag order (PS3.18 §F.2.2); later ones win. */
export function objectText(...all: readonly Members[]): string {
  const members = new Map<string, string>();
  for (const some of all) for (const [tag, text] of some) members.set(tag, text);
  const tags = [...members.keys()].sort();
  return `{${tags.map((tag) => members.get(tag)).join(',')}}`;
}

/** One object of members that are in tag order already. */
export const orderedText = (members: Members): string => `{${[...members.values()].join(',')}}`;

/** RetrieveURL as a member. */
export const urlMember = (url: string): Members => new Map([[RETRIEVE_URL, retrieveUrl(url)]]);

/** A data set as members. */
export const membersOfHeader = (header: HeaderJson): Members =>
  new Map(Object.entries(header).map(([tag, attribute]) => [tag, memberText(tag, attribute)]));

/** A media type or range (RFC 9110 §8.3.1); names in lower case, parameter values as sent but without their quotes. */
export type MediaType = Readonly<{
  type: string;
  subtype: string;
  parameters: ReadonlyMap<string, string>;
}>;

export type MediaTypeFault = 'syntax' | 'too-long' | 'too-many-parameters' | 'repeated-parameter';

/** `offset` counts characters up to the place where reading stopped. */
export type ParsedMediaType =
  | Readonly<{ ok: true; mediaType: MediaType }>
  | Readonly<{ ok: false; reason: MediaTypeFault; offset: number }>;

export const MEDIA_TYPE_CHARACTERS_MAX = 1024;
const PARAMETERS_MAX = 16;

const TYPE = /[ \t]*([!#$%&'*+.^_`|~\w-]+)\/([!#$%&'*+.^_`|~\w-]+)/y;
/** RFC 9110 §5.6.6 lets a parameter between two semicolons be missing. */
const PARAMETER =
  /[ \t]*;[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\uffff]|\\[\t\x20-\x7e\x80-\uffff])*)"|([!#-+\--:<-[\]-~]+)))?/y;

/**
 * Strict but for one thing: PS3.18 §8.7.1 lets `type=application/dicom` go without quotes and boundaries in the field do
 * too, so an unquoted value may hold any visible character except quote, comma, semicolon and backslash.
 */
export function parseMediaType(text: string): ParsedMediaType {
  if (text.length > MEDIA_TYPE_CHARACTERS_MAX) return fault('too-long', MEDIA_TYPE_CHARACTERS_MAX);
  const [head, type, subtype] = matchAt(TYPE, text, 0) ?? [];
  if (head === undefined || type === undefined || subtype === undefined) return fault('syntax', 0);
  const parameters = readParameters(text, head.length);
  if (!(parameters instanceof Map)) return parameters;
  const mediaType = { type: type.toLowerCase(), subtype: subtype.toLowerCase(), parameters };
  return { ok: true, mediaType };
}

const readParameters = (text: string, start: number) => {
  const parameters = new Map<string, string>();
  const end = text.replace(/[ \t]+$/, '').length;
  for (let offset = start; offset < end; ) {
    const found = matchAt(PARAMETER, text, offset);
    if (found === null) return fault('syntax', offset);
    const [whole, name = '', quoted = '', bare = quoted.replace(/\\(.)/g, '$1')] = found;
    const key = name.toLowerCase();
    if (parameters.has(key)) return fault('repeated-parameter', offset);
    if (parameters.size >= PARAMETERS_MAX) return fault('too-many-parameters', offset);
    if (key !== '') parameters.set(key, bare);
    offset += whole.length;
  }
  return parameters;
};

/** `type/subtype; name=value…`, values quoted where a token would not do. */
export function formatMediaType(
  name: string,
  parameters: Readonly<Record<string, string>>,
): string {
  return Object.entries(parameters).reduce(
    (text, [key, value]) => `${text}; ${key}=${isToken(value) ? value : quote(value)}`,
    name,
  );
}

const isToken = (value: string) => /^[!#$%&'*+.^_`|~\w-]+$/.test(value);
const quote = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`;

const fault = (reason: MediaTypeFault, offset: number) => ({ ok: false, reason, offset }) as const;

const matchAt = (pattern: RegExp, text: string, offset: number) => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};

/** What a data set says of its patient's identifier; '' where it says nothing. */
export type StatedIdentifier = Readonly<{
  /** Patient ID (0010,0020). */
  value: string;
  /** Issuer of Patient ID (0010,0021): a text that means something within one hospital. */
  issuer: string;
  /** Universal Entity ID (0040,0032) of the Issuer of Patient ID Qualifiers Sequence (0010,0024), and its type (0040,0033). */
  universalId: string;
  universalIdType: string;
}>;

/** How the identifiers in a hospital's data sets are read. Authorities are named by their OID, or by a text that has no colon. */
export type Authorities = Readonly<{
  hospital: string;
  /** Who assigned an identifier that names no issuer. */
  own: string;
  /** Which authority an issuer's text stands for. */
  issuers: ReadonlyMap<string, string>;
  /** Authorities that its data sets may name: those that its settings name. One that several hospitals have is certain between them. */
  trusted: ReadonlySet<string>;
}>;

/** The key of a patient: a bare Patient ID is never one. */
export type QualifiedIdentifier = Readonly<{ authority: string; value: string }>;

/** A longer value is nobody's identifier: PS3.5 lets LO have 64 characters, HL7 v2 CX.1 15 to 250. */
export const IDENTIFIER_CHARACTERS_MAX = 250;
const AUTHORITIES_MAX = 1_000;

/** An authority as it is named here: an OID without its URN, all else as it is. */
export const authorityNamed = (text: string): string => text.trim().replace(/^urn:oid:/i, '');

/**
 * Reads `settings.authorities` of a hospital: `default` (its own authority; without it, its code), and `issuers` (text to authority). What
 * isn't of that form is as if it weren't there, so that no setting stops a store.
 */
export function authoritiesOf(hospital: string, settings: unknown): Authorities {
  const stated = recordOf(recordOf(settings)['authorities']);
  const named = Object.entries(recordOf(stated['issuers'])).filter(isText);
  const issuers = new Map(
    named.slice(0, AUTHORITIES_MAX).map(([text, authority]) => [text, authorityNamed(authority)]),
  );
  const own = typeof stated['default'] === 'string' ? authorityNamed(stated['default']) : '';
  return {
    hospital,
    own: own === '' ? hospital : own,
    issuers,
    trusted: new Set([...issuers.values(), ...(own === '' ? [] : [own])]),
  };
}

/**
 * Who the data set says its patient is: the issuer's text as the hospital's settings read it, else the universal id, else the text within the
 * hospital, else the hospital's own authority. An authority that the hospital may not speak for stays within the hospital: nobody becomes
 * another hospital's patient by what a data set says. Undefined when no patient is named.
 */
export function identifierOf(
  stated: StatedIdentifier,
  authorities: Authorities,
): QualifiedIdentifier | undefined {
  const value = stated.value.trim();
  if (value === '' || value.length > IDENTIFIER_CHARACTERS_MAX) return undefined;
  return { authority: authorityOf(stated, authorities), value };
}

const authorityOf = (stated: StatedIdentifier, authorities: Authorities): string => {
  const issuer = stated.issuer.trim();
  const mapped = authorities.issuers.get(issuer);
  if (mapped !== undefined) return mapped;
  const universal = universalAuthority(stated);
  if (universal !== '') return withinHospital(universal, authorities);
  return issuer === '' ? authorities.own : withinHospital(issuer, authorities);
};

const withinHospital = (authority: string, { trusted, hospital }: Authorities): string =>
  trusted.has(authority)
    ? authority
    : `${hospital}/${encodeURIComponent(authority.toWellFormed())}`;

/** PS3.3 Table 10-17a: the type says what kind of universal id it is. */
const universalAuthority = ({ universalId, universalIdType }: StatedIdentifier): string => {
  const id = universalId.trim();
  if (id === '' || id.length > IDENTIFIER_CHARACTERS_MAX) return '';
  switch (universalIdType.trim()) {
    case 'ISO':
      return authorityNamed(id);
    case 'UUID':
      return `urn:uuid:${id.toLowerCase()}`;
    case 'URI':
      return id;
    default:
      return `${universalIdType.trim()}:${id}`;
  }
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const isText = (entry: readonly [string, unknown]): entry is [string, string] =>
  typeof entry[1] === 'string' && entry[1] !== '';

/** The programs that write to the database, and the role of each; `infra/postgres/0003-roles.sql` says what a role may do (design D17). */
export const ROLE_OF_PROGRAM = {
  'archive-api': 'arkim_api',
  'ingest-worker': 'arkim_ingest',
  'retention-worker': 'arkim_retention',
  /* An edge too: what hospitals say of patients comes in by HTTP or by HL7 v2. */
  'hl7-gateway': 'arkim_api',
} as const;

export type Program = keyof typeof ROLE_OF_PROGRAM;
type Role = (typeof ROLE_OF_PROGRAM)[Program];

/** A URL that logs in as the role itself, without a password: the embedded server's socket asks for none. */
export function logInAs(url: string, role: Role): string {
  const own = new URL(url);
  own.username = role;
  return own.href;
}

/**
 * A URL whose login takes the role up as it connects; the server refuses a login that isn't a member of it. Statements
 * could lay the role down again: it stops mistakes, where a login of the role's own would stop an injected statement too.
 */
export function takeUp(url: string, role: Role): string {
  const own = new URL(url);
  const options = own.searchParams.get('options');
  own.searchParams.set('options', `${options === null ? '' : `${options} `}-c role=${role}`);
  return own.href;
}

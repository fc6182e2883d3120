-- Tokens that count for nothing though they are well signed: of one actor, or (actor '') all that the issuer issued before then.
create table revocations (
  id text primary key,
  issuer text not null,
  actor text not null default '',
  before timestamptz not null default 'infinity',
  revoked_at timestamptz not null
);
grant select on revocations to arkim_api, arkim_operator;
grant insert, update, delete on revocations to arkim_operator;

-- Assertions of machines that were used (RFC 7523 §3, jti): once, at whichever edge, until they end by themselves.
create table used_assertions (id bytea primary key, expires_at timestamptz not null);
create index used_assertions_expires on used_assertions (expires_at);
grant select, insert, delete on used_assertions to arkim_api;

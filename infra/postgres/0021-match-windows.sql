-- The windows of duplicate exams that were published, in their order; the last is in force, the built-in ones until there are any.
create table match_windows (
  version text primary key,
  sequence int not null unique,
  based_on text not null,
  published_at timestamptz not null,
  actor text not null,
  windows text not null
);
grant select on match_windows to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert on match_windows to arkim_api, arkim_operator;

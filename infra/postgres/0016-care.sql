-- What hangs on treatment and consent beside the tables that the access decision asks.

-- Declared relationships that were drawn for review by a data protection officer of the organisation that declared them.
create table relationship_reviews (
  id text primary key,
  patient text not null,
  organisation text not null,
  actor text not null,
  declared_at timestamptz not null,
  review_due timestamptz not null,
  reviewed_at timestamptz,
  outcome text
);
create index relationship_reviews_open on relationship_reviews (organisation, review_due) where reviewed_at is null;

-- What somebody has to be told, until it was: an outbox. `subject` is what it is about: the id of broken glass.
create table notices (
  id text primary key,
  kind text not null check (kind in ('break-glass')),
  audience text not null check (audience in ('patient', 'dpo')),
  subject text not null,
  patient text not null,
  -- Whose member did it; its data protection officer is told.
  organisation text not null,
  created_at timestamptz not null,
  delivered_at timestamptz
);
create index notices_waiting on notices (audience, created_at) where delivered_at is null;

-- Glass of one organisation that waits for its review.
create index break_glass_to_review on break_glass (organisation, review_due);

grant select on relationship_reviews, notices to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, update on relationship_reviews to arkim_api, arkim_operator;
grant insert, update (delivered_at) on notices to arkim_api, arkim_operator;

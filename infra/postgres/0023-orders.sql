-- What hospitals have ordered and not done, and which cards about duplicates were shown and answered. Made of the facts of the order streams. Whose they
-- are now is asked of patient_ids, so that links, merges and their undoing move nothing here.

create table orders (
  id text primary key,
  hospital text not null,
  patient text not null,
  -- The study that the order names, as its hospital's claim; '' when it names none.
  claim text not null default '',
  state text not null check (state in ('active', 'cancelled', 'performed')),
  confidentiality text not null default 'N' check (confidentiality in ('N', 'R', 'V')),
  number text not null,
  accession text not null default '',
  -- What is to be done, in the words of the hospital: classified when it is read.
  procedure jsonb not null,
  urgent boolean not null default false,
  ordered_at timestamptz not null,
  scheduled_at timestamptz
);
create index orders_waiting on orders (patient) where state = 'active';
create index orders_number on orders (hospital, number);
create index orders_accession on orders (hospital, accession) where accession <> '';

create table duplicate_cards (
  id uuid primary key,
  hospital text not null,
  patient text not null,
  order_id text not null,
  -- By which service it was shown.
  service text not null,
  -- The claim, or the order, that the order repeats; '' in the other.
  prior text not null,
  pending text not null,
  grade text not null,
  indicator text not null,
  windows text not null,
  exam_group text not null,
  regions text[] not null,
  suggestions uuid[] not null,
  shown_at timestamptz not null,
  -- What is saved when the exam isn't done: effective dose and bytes; null: not known.
  microsieverts bigint,
  bytes bigint,
  -- The last answer by its own time; null while there is none.
  outcome text check (outcome in ('accepted', 'overridden')),
  reason text not null default '',
  answered_at timestamptz
);
create index duplicate_cards_hospital on duplicate_cards (hospital, shown_at);
create index duplicate_cards_order on duplicate_cards (order_id);

grant select on orders, duplicate_cards to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, update, delete on orders, duplicate_cards to arkim_api, arkim_operator;
create policy events_api_orders on events for insert to arkim_api with check (stream like 'order-%');
create policy events_operator_orders on events for insert to arkim_operator with check (stream like 'order-%');

-- Messages of HL7 v2 that were taken and acknowledged: written before the acknowledgement, applied behind it, in their order for each patient.
create table hl7_messages (
  position bigint generated always as identity,
  id uuid primary key,
  hospital text not null,
  -- Sending application and facility (MSH-3, MSH-4), and what the sender named the message (MSH-10): the same again is a repeat.
  sender text not null,
  control_id text not null,
  type text not null,
  -- The opaque ids of the patients that it names: what waits for one of them is applied in the order of `position`.
  patients text[] not null,
  -- Keyed digest of all but the header: a repeat has the same.
  digest bytea not null,
  received_at timestamptz not null default now(),
  state text not null default 'received' check (state in ('received', 'applied', 'dead', 'discarded')),
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  -- How its bytes are read.
  character_set text not null,
  -- Sealed; null once it is applied or discarded.
  body bytea,
  -- Why it is dead: a code.
  reason text not null default '',
  settled_at timestamptz,
  unique (hospital, sender, control_id)
);
create index hl7_messages_waiting on hl7_messages (position) where state = 'received';
create index hl7_messages_patients on hl7_messages using gin (patients) where state = 'received';
create index hl7_messages_dead on hl7_messages (received_at) where state = 'dead';
create index hl7_messages_settled on hl7_messages (settled_at) where state in ('applied', 'discarded');

grant select, insert, update, delete on hl7_messages to arkim_api;
grant select, update (state, attempts, due_at, body, reason, settled_at) on hl7_messages to arkim_operator;

-- What happened last in a pipeline, beside what it reported: each is as old as it is, and neither overwrites the other.
alter table pipeline rename column heard_at to reported_at;
alter table pipeline
    alter column reported_at drop not null,
    add column event          text,
    add column event_file     text,
    add column event_progress double precision,
    add column event_at       timestamptz;

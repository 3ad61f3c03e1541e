-- Sessions with durable channels: enough to fill a mailbox again. The key is a hash of the id, which is its client's secret.
create table client_session (
    key                text        primary key,
    owner              text        not null,
    client_id          text        not null,
    protocol           text        not null,
    info               text,
    attributes         text        not null,
    epoch              text        not null,
    acknowledged       text        not null,
    next_subscription  integer     not null,
    subscriptions      text        not null,
    saved_at           timestamptz not null
);
create index client_session_by_time on client_session (saved_at);

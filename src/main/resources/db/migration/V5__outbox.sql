-- What the application behind the gateway has yet to hear, in the order of each client.
create table outbox (
    id          bigint generated always as identity primary key,
    client      text        not null,
    event       text        not null,
    attempts    integer     not null default 0,
    next_at     timestamptz not null,
    created_at  timestamptz not null
);
create index outbox_by_client on outbox (client, id);
create index outbox_by_time on outbox (next_at, id);

-- Durable channels: the head outlives what its history holds, so that offsets are never given twice.
create table channel (
    name           text   primary key,
    epoch          text   not null,
    last_offset    bigint not null,
    -- The broker's number of what stands at the head: numbers are never given twice either.
    last_position  bigint not null
);

create table publication (
    position        bigint      primary key,
    channel         text        not null references channel (name),
    channel_offset  bigint      not null,
    event           text        not null,
    data            bytea       not null,
    is_text         boolean     not null,
    conflation_key  text,
    appended_at     timestamptz not null,
    constraint publication_offset_key unique (channel, channel_offset)
);

-- Idempotency keys of publishers. The owner is a token's id.
create table publication_key (
    owner           text        not null,
    key             text        not null,
    digest          text        not null,
    channel         text        not null,
    epoch           text        not null,
    channel_offset  bigint      not null,
    created_at      timestamptz not null,
    primary key (owner, key)
);
create index publication_key_by_time on publication_key (created_at);

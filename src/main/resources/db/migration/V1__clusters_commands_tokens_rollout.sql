-- Clusters: one row per agent identity.
create table cluster (
    id                uuid primary key,
    workspace_id      integer     not null,
    agent_id          text        not null,
    name              text        not null,
    supports_switch   boolean     not null,
    supports_polling  boolean     not null,
    refuses_polling   boolean     not null,
    labels            text        not null,
    details           text        not null,
    registered_at     timestamptz not null,
    last_seen_at      timestamptz,
    last_http_at      timestamptz,
    settles_commands  boolean     not null default false,
    -- The number of the latest command. Its row lock puts acceptance and commit in one order.
    last_command      bigint      not null default 0,
    constraint cluster_agent_key unique (workspace_id, agent_id),
    constraint cluster_name_key unique (workspace_id, name)
);

-- Commands: open ones are few beside the closed, so the indexes that the hot paths use hold only those.
create table command (
    id               uuid primary key,
    cluster_id       uuid        not null references cluster (id),
    number           bigint      not null,
    type             text        not null,
    payload          text        not null,
    created_at       timestamptz not null,
    expires_at       timestamptz not null,
    status           text        not null check (status in
                         ('queued', 'delivered', 'acknowledged', 'succeeded', 'failed', 'expired', 'cancelled')),
    attempt          integer     not null default 0,
    delivered_at     timestamptz,
    acknowledged_at  timestamptz,
    finished_at      timestamptz,
    success          boolean,
    output           text,
    error            text,
    metadata         text,
    reported_at      timestamptz,
    constraint command_number_key unique (cluster_id, number)
);
create index command_open_by_cluster on command (cluster_id, number)
    where status in ('queued', 'delivered', 'acknowledged');
create index command_open_by_expiry on command (expires_at)
    where status in ('queued', 'delivered', 'acknowledged');

create table idempotency_key (
    token_id    uuid        not null,
    key         text        not null,
    body_hash   text        not null,
    command_id  uuid        not null,
    created_at  timestamptz not null,
    primary key (token_id, key)
);
create index idempotency_key_by_time on idempotency_key (created_at);

-- Tokens: the secret only as a hash.
create table token (
    id            uuid primary key,
    secret_hash   text        not null unique,
    kind          text        not null,
    name          text        not null,
    workspace_id  integer,
    cluster_id    uuid,
    scopes        text        not null,
    created_at    timestamptz not null,
    expires_at    timestamptz,
    revoked_at    timestamptz
);
create index token_by_age on token (created_at desc, id);

-- The rollout: what operators said (one row), their overrides, and the record of every change.
create table rollout (
    id                 integer primary key check (id = 1),
    target_hundredths  integer check (target_hundredths between 0 and 10000),
    websocket_enabled  boolean,
    fallback_enabled   boolean,
    revision           bigint not null
);

create table rollout_override (
    selector  text primary key,
    mode      text        not null,
    reason    text,
    who       text        not null,
    at        timestamptz not null
);

create table rollout_audit (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    who         text        not null,
    what        text        not null,
    from_value  text,
    to_value    text,
    why         text,
    figures     text
);

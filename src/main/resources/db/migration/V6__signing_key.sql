-- Keys that this gateway signs with and nobody else has to know. Kept, so that what was signed outlives a restart and
-- is valid on every node.
create table signing_key (
    name        text        primary key,
    secret      bytea       not null,
    created_at  timestamptz not null
);

-- What pipelines last said of themselves, so that a status page is right after a restart.
create table pipeline (
    id        text             primary key,
    name      text             not null,
    status    text             not null,
    progress  double precision,
    detail    text,
    heard_at  timestamptz      not null
);

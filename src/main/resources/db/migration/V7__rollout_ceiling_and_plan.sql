-- The guard's ceiling and where its plan is: what was rolled back must not come up again by a restart.
alter table rollout
    add column ceiling_hundredths integer not null default 10000 check (ceiling_hundredths between 0 and 10000),
    add column plan_phase         text,
    add column plan_step          integer not null default 0,
    add column plan_spent_millis  bigint  not null default 0,
    add column plan_since         timestamptz,
    add column plan_reasons       text    not null default '[]';

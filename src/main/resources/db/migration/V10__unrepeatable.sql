-- How far a client has to have got to have what was said to it alone: no history holds that, so a restart loses it.
alter table client_session add column unrepeatable text not null default '';

-- work.sql - what the job worker asks of the database.

-- # What is due of one kind, the oldest first.
-- job_due_of(kind int, now_ms int, most int) many
select id, kind, subject, created_ms, due_ms, attempt from job
where desk = 0 and kind = :kind and due_ms <= :now_ms order by due_ms, id limit :most

-- # When the next one of a kind will be due.
-- job_next_of(kind int, now_ms int) one
select due_ms from job
where desk = 0 and kind = :kind and due_ms > :now_ms order by due_ms limit 1

-- # A job of a kind that nobody holds.
-- job_of_kind(kind int) one
select id, created_ms, attempt from job where desk = 0 and kind = :kind order by due_ms limit 1

-- # How many waits a person was told of.
-- job_alarmed() one -> (count int)
select count(*) as count from job where note like 'alarm: %'

-- # The sweep's slice of all lines.
-- line_sweep(after int, most int) many
select id, brand, state, keep_a, keep_b, keep_c, keep_d, keep_e, keep_order, safe_until_day,
       lost_day, noticed_day
from line where id > :after order by id limit :most

-- # What the sweep changes: days too, for a rule may have a new edition.
-- line_sweep_set(id int, state int, safe_until_day int, lost_day int, noticed_day int) exec
update line set state = :state, safe_until_day = :safe_until_day, lost_day = :lost_day,
       noticed_day = :noticed_day
where id = :id

-- # Quotes of a stretch of orders that nobody has placed.
-- quote_slice(after int, until int, before_s int) many
select id from orders
where id > :after and id <= :until and state = 0 and created_s < :before_s order by id limit 50000

-- # Forgets a quote; never the newest order, so that no number is given out twice.
-- quote_delete(id int) exec changes
delete from orders where id = :id and state = 0 and id < (select max(id) from orders)

-- # Sessions that have ended by age; at most 1,000 a call.
-- session_prune(before_s int) exec changes
delete from session where id in
 (select id from session where created_s < :before_s order by id limit 1000)

-- # A slice of the idempotency keys.
-- once_slice(after int, most int) many
select id, created_s from once where id > :after order by id limit :most

-- # Forgets an idempotency key.
-- once_delete(id int) exec
delete from once where id = :id

-- # Whom a notice is mailed to.
-- mail_account(id int) one
select email_blind, email_box, lang, closed_s from account where id = :id

-- desk.sql - what the staff's pages ask.  Bounded reads along keys, the job
-- table (only what is not done) and the day's figures; no scan of a table that
-- grows, and no index for it.

-- # What waits for a person, the oldest first.
-- desk_persons(kind_max int, most int) many
select id, kind, subject, created_ms from job
where desk = 1 and kind <= :kind_max order by id limit :most

-- # What a machine is at, where a partner decides something: not the watch over
-- # payments that are merely open.  In no order.
-- desk_machines(first_kind int, last_kind int, most int) many
select id, kind, subject, created_ms from job
where desk = 0 and kind >= :first_kind and kind <= :last_kind limit :most

-- # Of an order, what the desk's lists decide by.
-- desk_order_state(id int) one
select state, refund, withdrawn, payment_id, job_id from orders where id = :id

-- # The newest orders of a stretch of numbers; quotes are none.
-- desk_order_ids(before int, floor int, most int) many
select id from orders where id < :before and id >= :floor and state > 0
order by id desc limit :most

-- # The last orders of the lines with these last four digits.
-- desk_orders_by_tail(tail int, before int, most int) many
select last_order from line where tail = :tail and last_order > 0 and last_order < :before
order by last_order desc limit :most

-- # The lines with these last four digits.
-- desk_lines_by_tail(tail int, after int, most int) many
select id from line where tail = :tail and id > :after order by id limit :most

-- # The first callback at or behind a number; for finding a moment by halves.
-- desk_event_from(id int) one
select id, at_ms from event where id >= :id order by id limit 1

-- # The callbacks of an order in a stretch of numbers.
-- desk_event_list(first int, most int, order_id int, at_ms int) many -> (id int, gateway int, size int, head blob)
select id, gateway, length(body) as size, substr(body, 1, 6) as head from event
where id >= :first and id < :first + :most and order_id = :order_id and at_ms = :at_ms
order by id limit 20

-- # The first entry of the audit at or behind a number.
-- desk_audit_from(id int) one
select id, at_s from audit where id >= :id order by id limit 1

-- # The highest numbers there are.
-- desk_highest() one -> (event int, audit int)
select (select coalesce(max(id), 0) from event) as event,
       (select coalesce(max(id), 0) from audit) as audit

-- # What staff did about an order, in a stretch of numbers.
-- desk_audit_of(order_id int, first int, most int) many
select id, at_s, actor, action, reason from audit
where id >= :first and id < :first + :most and order_id = :order_id order by id limit 100

-- # Somebody who looks after a line; there may be others.
-- desk_line_owner(line_id int) one
select account_id from account_line where line_id = :line_id order by account_id limit 1

-- statement.sql - statements of gateways, their rows, and what does not agree.

-- # A statement by the hash of its file.
-- statement_find(hash blob) one
select id, state from statement where hash = :hash

-- # Its rows come in the same transaction.
-- statement_add(gateway int, hash blob, name text, from_s int, to_s int, imported_s int, row_count int, payment_done int, refund_done int) exec
insert into statement (gateway, hash, name, from_s, to_s, imported_s, row_count, payment_done,
                       refund_done)
values (:gateway, :hash, :name, :from_s, :to_s, :imported_s, :row_count, :payment_done,
        :refund_done)

-- statement_get(id int) one
select id, gateway, name, from_s, to_s, imported_s, row_count, state, payment_done, refund_done,
       matched_count, break_count
from statement where id = :id

-- # The oldest that is not compared to its end.
-- statement_waiting() one -> (id int)
select id from statement where state < 3 order by id limit 1

-- # How far the comparison is.
-- statement_set(id int, state int, payment_done int, refund_done int, matched_count int, break_count int) exec
update statement set state = :state, payment_done = :payment_done, refund_done = :refund_done,
       matched_count = :matched_count, break_count = :break_count
where id = :id

-- # The newest, for the desk.
-- statement_list(before int, most int) many
select id, gateway, name, from_s, to_s, imported_s, row_count, state, matched_count, break_count
from statement where id < :before order by id desc limit :most

-- statement_row_add(statement_id int, about int, subject int, row int, amount int, currency int, fee int, fee_currency int, settled int, settled_currency int, at_s int, done int, reference text, batch text) exec args
insert into statement_row (statement_id, about, subject, row, amount, currency, fee, fee_currency,
                           settled, settled_currency, at_s, done, reference, batch)
values (:statement_id, :about, :subject, :row, :amount, :currency, :fee, :fee_currency, :settled,
        :settled_currency, :at_s, :done, :reference, :batch)

-- # A stretch of its rows about payments or refunds of ours.
-- statement_rows(statement_id int, about int, after int, until int, most int) many
select id, subject, row, amount, currency, fee, fee_currency, settled, settled_currency, done
from statement_row
where statement_id = :statement_id and about = :about and subject > :after and subject <= :until
order by subject, row limit :most

-- # Its rows that no payment or refund of ours has to do with.
-- statement_strangers(statement_id int, after int, most int) many
select id, about, row, amount, currency, settled, settled_currency, fee, fee_currency, done, at_s, batch
from statement_row where statement_id = :statement_id and subject = 0 and id > :after
order by id limit :most

-- # Was it booked by any statement?
-- statement_booked(about int, subject int) one -> (id int)
select id from statement_row where about = :about and subject = :subject and booked = 1 limit 1

-- statement_row_book(id int) exec
update statement_row set booked = 1 where id = :id

-- # A stretch of all payments.
-- payment_stretch(after int, most int) many
select id, order_id, gateway, state, currency, amount, created_ms, settled_ms from payment
where id > :after order by id limit :most

-- # A stretch of all refunds.
-- refund_stretch(after int, most int) many
select refund.id, refund.order_id, payment.gateway, refund.state, refund.currency, refund.amount,
       refund.created_ms, refund.done_ms
from refund join payment on payment.id = refund.payment_id
where refund.id > :after order by refund.id limit :most

-- # The first payment at or behind a number; for finding a moment by halves.
-- payment_from(id int) one
select id, created_ms from payment where id >= :id order by id limit 1

-- # The same of refunds.
-- refund_from(id int) one
select id, created_ms from refund where id >= :id order by id limit 1

-- # The highest numbers there are.
-- statement_heads() one -> (payment int, refund int)
select (select coalesce(max(id), 0) from payment) as payment,
       (select coalesce(max(id), 0) from refund) as refund

-- # An order's newest entry in the books.
-- order_txn_set(id int, txn_id int) exec
update orders set txn_id = :txn_id where id = :id

-- # An order's job, where it had none.
-- order_job_set(id int, job_id int) exec
update orders set job_id = :job_id where id = :id

-- mismatch_add(statement_id int, kind int, about int, subject int, order_id int, row int, ours int, ours_currency int, theirs int, theirs_currency int, at_s int) exec args
insert into mismatch (statement_id, kind, about, subject, order_id, row, ours, ours_currency,
                      theirs, theirs_currency, at_s)
values (:statement_id, :kind, :about, :subject, :order_id, :row, :ours, :ours_currency, :theirs,
        :theirs_currency, :at_s)

-- mismatch_get(id int) one
select id, statement_id, kind, about, subject, order_id, row, ours, ours_currency, theirs,
       theirs_currency, at_s, closed_s
from mismatch where id = :id

-- # What is open, the oldest first.
-- mismatch_open(after int, most int) many
select id, statement_id, kind, about, subject, order_id, row, ours, ours_currency, theirs,
       theirs_currency, at_s
from mismatch where closed_s = 0 and id > :after order by id limit :most

-- # What may heal by itself.
-- mismatch_healing() one -> (id int)
select id from mismatch where closed_s = 0 and kind = 0 limit 1

-- # Of one statement, open or not.
-- mismatch_of(statement_id int, after int, most int) many
select id, kind, about, subject, order_id, row, ours, ours_currency, theirs, theirs_currency,
       closed_s, actor, reason
from mismatch where id > :after and statement_id = :statement_id order by id limit :most

-- # It is settled: by itself (actor 0), or by a person with a reason.
-- mismatch_close(id int, closed_s int, actor int, reason text) exec changes
update mismatch set closed_s = :closed_s, actor = :actor, reason = :reason
where id = :id and closed_s = 0

-- # What reached our bank; changes = 0 when it was known.
-- payout_add(gateway int, batch text, currency int, amount int, at_s int, statement_id int) exec changes
insert into payout (gateway, batch, currency, amount, at_s, statement_id)
values (:gateway, :batch, :currency, :amount, :at_s, :statement_id) on conflict do nothing

-- # The newest payouts.
-- payout_list(before int, most int) many
select id, gateway, batch, currency, amount, at_s, statement_id from payout
where id < :before order by id desc limit :most

-- verify.sql - whole tables in the order of their numbers, for keepline verify
-- alone (store/verify.c steps through them; most = -1 reads all).

-- scan_accounts(most int) many
select id, kind, owner, currency, balance, last from ledger_account order by id limit :most

-- scan_txns(most int) many
select id, order_id, prev, first_posting, kind, at_s, hash from ledger_txn order by id limit :most

-- scan_postings(most int) many
select id, account_id, amount, prev from ledger_posting order by id limit :most

-- scan_orders(most int) many
select id, line_id, state, price, tax, gateway, currency, amount, payment_id, job_id, event_id,
       txn_id, refund, refund_id
from orders order by id limit :most

-- # From the newest back, as the chains of the orders go.
-- scan_events(most int) many
select id, prev, state from order_event order by id desc limit :most

-- scan_payments(most int) many
select id, order_id, gateway, state, currency, amount, refunded from payment order by id limit :most

-- scan_refunds(most int) many
select id, order_id, payment_id, currency, amount, state, prev, reason
from refund order by id limit :most

-- scan_jobs(most int) many
select id, kind, subject from job order by id limit :most

-- scan_lines(most int) many
select id, brand, state, keep_a, keep_b, keep_c, keep_d, keep_e, keep_order, safe_until_day,
       lost_day
from line order by id limit :most

-- scan_lots(most int) many
select id, line_id, issued_day, expires_day, amount, left_amount from lot order by id limit :most

-- scan_audit(most int) many
select id, at_s, actor from audit order by id limit :most

-- # What waits on suspense: rows of statements under no number of ours.
-- scan_mismatches(most int) many
select id, kind, about, theirs, theirs_currency from mismatch where closed_s = 0
order by id limit :most

-- # How large the tables are at most: their highest numbers.
-- verify_sizes() one -> (orders int, accounts int, events int)
select (select coalesce(max(id), 0) from orders) as orders,
       (select coalesce(max(id), 0) from ledger_account) as accounts,
       (select coalesce(max(id), 0) from order_event) as events

-- scan_catalogues(most int) many
select version, hash, body from catalogue order by version limit :most

-- scan_pages(most int) many -> (id int, gateway int, wrong int)
select page.id, coalesce(payment.gateway, 0) as gateway,
       page.way < 0 or page.way > 3 or (page.way > 0 and coalesce(page.url, '') = '') as wrong
from payment_page as page left join payment on payment.id = page.id order by page.id limit :most

-- # What was said about payments and refunds that are not there, or are others'.
-- scan_calls(most int) many -> (id int, wrong int)
select call.payment_id as id, payment.id is null or length(call.body) = 0 or
       (call.refund_id <> 0 and coalesce(refund.payment_id, 0) <> call.payment_id) as wrong
from payment_call as call left join payment on payment.id = call.payment_id
left join refund on refund.id = call.refund_id order by call.payment_id limit :most

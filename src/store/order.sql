-- # One order, whole.
-- order_get(id int) one
select id, account_id, line_id, pack, state, price, tax, gateway, currency, amount, rate_e10,
       rate_as_of_s, margin_bp, created_s, expires_s, before_day, after_day, payment_id, job_id,
       event_id, txn_id, withdrawn, prev_line, prev_account, refund, refund_id, sandbox,
       notify_box, keep_before, rate_source
from orders where id = :id

-- # A new quote.
-- order_add(id int, account_id int, line_id int, pack int, price int, tax int, gateway int,
--   currency int, amount int, rate_e10 int, rate_as_of_s int, rate_source int, margin_bp int,
--   created_s int, expires_s int, before_day int, after_day int) exec args
insert into orders (id, account_id, line_id, pack, state, price, tax, gateway, currency, amount,
                    rate_e10, rate_as_of_s, rate_source, margin_bp, created_s, expires_s,
                    before_day, after_day)
values (:id, :account_id, :line_id, :pack, 0, :price, :tax, :gateway, :currency, :amount,
        :rate_e10, :rate_as_of_s, :rate_source, :margin_bp, :created_s, :expires_s, :before_day,
        :after_day)

-- # What placing adds to it.
-- order_place(id int, payment_id int, prev_line int, prev_account int, sandbox int,
--   notify_box blob?) exec args
update orders set payment_id = :payment_id, prev_line = :prev_line, prev_account = :prev_account,
       sandbox = :sandbox, notify_box = :notify_box
where id = :id

-- # What any step changes.
-- order_step(id int, state int, job_id int, event_id int, txn_id int, withdrawn int, refund int,
--   refund_id int, after_day int, keep_before blob?) exec args
update orders set state = :state, job_id = :job_id, event_id = :event_id, txn_id = :txn_id,
       withdrawn = :withdrawn, refund = :refund, refund_id = :refund_id, after_day = :after_day,
       keep_before = :keep_before
where id = :id

-- # One happening of an order's history.
-- order_event_add(id int, prev int, state int, cause int, at_ms int, note text?) exec args
insert into order_event (id, prev, state, cause, at_ms, note)
values (:id, :prev, :state, :cause, :at_ms, :note)

-- # A step of the walk back through the history; `prev` leads on.
-- order_event_get(id int) one
select id, prev, state, cause, at_ms, note from order_event where id = :id

-- # A payment that is about to begin.
-- payment_add(id int, order_id int, gateway int, currency int, amount int, created_ms int) exec
insert into payment (id, order_id, gateway, state, currency, amount, created_ms)
values (:id, :order_id, :gateway, 0, :currency, :amount, :created_ms)

-- payment_get(id int) one
select id, order_id, gateway, state, currency, amount, created_ms, settled_ms, reference, refunded
from payment where id = :id

-- # What a settlement changes.
-- payment_set(id int, state int, settled_ms int, reference text?, refunded int) exec
update payment set state = :state, settled_ms = :settled_ms, reference = :reference,
       refunded = :refunded
where id = :id

-- refund_add(id int, order_id int, payment_id int, currency int, amount int, state int,
--   reason int, actor int, created_ms int, prev int) exec args
insert into refund (id, order_id, payment_id, currency, amount, state, reason, actor, created_ms,
                    prev)
values (:id, :order_id, :payment_id, :currency, :amount, :state, :reason, :actor, :created_ms,
        :prev)

-- refund_get(id int) one
select id, order_id, payment_id, currency, amount, state, reason, actor, created_ms, done_ms,
       reference, prev, checker
from refund where id = :id

-- refund_set(id int, state int, done_ms int) exec
update refund set state = :state, done_ms = :done_ms where id = :id

-- # The provider's number of it.
-- refund_known(id int, reference text) exec
update refund set reference = :reference where id = :id

-- # A second member of staff has looked at it.
-- refund_checked(id int, checker int) exec
update refund set checker = :checker where id = :id

-- # Where the payer of a payment pays, before the gateway has opened it.
-- payment_page_add(id int, device int, lang text, payer_ip text) exec
insert into payment_page (id, device, lang, payer_ip) values (:id, :device, :lang, :payer_ip)

-- payment_page_get(id int) one
select id, device, lang, payer_ip, way, url, form, expires_s from payment_page where id = :id

-- # And now it has.
-- payment_page_set(id int, way int, url text?, form text?, expires_s int) exec
update payment_page set way = :way, url = :url, form = :form, expires_s = :expires_s
where id = :id

-- # What a gateway is about to be told; the first body stays.
-- payment_call_add(payment_id int, refund_id int, verb int, body blob, created_ms int) exec
insert into payment_call (payment_id, refund_id, verb, body, created_ms)
values (:payment_id, :refund_id, :verb, :body, :created_ms) on conflict do nothing

-- payment_call_get(payment_id int, refund_id int, verb int) one
select body, created_ms from payment_call
where payment_id = :payment_id and refund_id = :refund_id and verb = :verb

-- # A partner's event, once; changes = 0 when it was known.
-- inbox_add(gateway int, event text) exec changes
insert into inbox (gateway, event) values (:gateway, :event) on conflict do nothing

-- # Its body, prunable by age.
-- event_add(id int, gateway int, order_id int, at_ms int, body blob) exec
insert into event (id, gateway, order_id, at_ms, body)
values (:id, :gateway, :order_id, :at_ms, :body)

-- # The newest orders, for staff.  before: an id, exclusive.
-- order_list(before int, most int) many
select id, account_id, line_id, pack, state, price, gateway, currency, amount, created_s,
       expires_s, after_day, job_id, refund
from orders where id < :before and state > 0 order by id desc limit :most

-- # Figures that no sum holds: how many orders there are at all.
-- order_highest() one -> (id int)
select coalesce(max(id), 0) as id from orders

-- # Another beginning for an order that counts again (line_keep_undo).
-- order_rebase(id int, keep_before blob) exec
update orders set keep_before = :keep_before where id = :id

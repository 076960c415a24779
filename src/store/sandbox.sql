-- sandbox.sql - the books of the built-in sandbox partners.

-- # What the gateway knows of a payment beyond what we asked of it.
-- sandbox_payment_get(id int) one
select pressed, pressed_ms, refunded, refund_ms from sandbox_payment where id = :id

-- # A button, once; changes = 0 when one was pressed before.
-- sandbox_payment_press(id int, pressed int, pressed_ms int) exec changes
insert into sandbox_payment (id, pressed, pressed_ms) values (:id, :pressed, :pressed_ms)
on conflict (id) do update set pressed = excluded.pressed, pressed_ms = excluded.pressed_ms
where pressed = 0

-- # A refund, once.
-- sandbox_payment_refund(id int, refunded int, refund_ms int) exec changes
insert into sandbox_payment (id, refunded, refund_ms) values (:id, :refunded, :refund_ms)
on conflict (id) do update set refunded = excluded.refunded, refund_ms = excluded.refund_ms
where refund_ms = 0

-- # What the carrier knows of an order.
-- sandbox_delivery_get(id int) one
select outcome, created_ms from sandbox_delivery where id = :id

-- # A delivery was asked for, once.
-- sandbox_delivery_add(id int, outcome int, created_ms int) exec changes
insert into sandbox_delivery (id, outcome, created_ms) values (:id, :outcome, :created_ms)
on conflict do nothing

-- once.sql - answers that were given under an idempotency key.

-- # The answer that was stored under a key.
-- once_by_id(once_id int) one
select fingerprint, created_s, status, body from once where id = :once_id

-- # Written in the same transaction as the effect.
-- once_insert(once_id int, fingerprint int, created_s int, status int, subject int, body blob?) exec
insert into once (id, fingerprint, created_s, status, subject, body)
values (:once_id, :fingerprint, :created_s, :status, :subject, :body)

-- # Keys older than a day may be forgotten; at most 1,000 a call.
-- once_prune(before_s int) exec changes
delete from once where id in (select id from once where created_s < :before_s limit 1000)

-- # Says better what is the same: the same effect, known more closely.
-- once_amend(once_id int, body blob) exec
update once set body = :body where id = :once_id

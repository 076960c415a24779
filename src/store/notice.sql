-- notice_add(id int, account_id int, prev int, kind int, order_id int, line_id int, at_s int,
--   day int, mail int) exec args
insert into notice (id, account_id, prev, kind, order_id, line_id, at_s, day, mail)
values (:id, :account_id, :prev, :kind, :order_id, :line_id, :at_s, :day, :mail)

-- notice_get(id int) one
select id, account_id, prev, kind, order_id, line_id, at_s, day, mail, read_s from notice
where id = :id

-- # What became of its mail (enum mail_state).
-- notice_mailed(id int, mail int) exec
update notice set mail = :mail where id = :id

-- # The owner has opened it.
-- notice_read(id int, read_s int) exec changes
update notice set read_s = :read_s where id = :id and read_s = 0

-- # The heads of an account's chains.
-- account_heads(id int) one
select last_order, last_notice, unread_count, lang, closed_s, email_box from account where id = :id

-- account_ordered(id int, last_order int) exec
update account set last_order = :last_order where id = :id

-- account_noticed(id int, last_notice int) exec
update account set last_notice = :last_notice, unread_count = unread_count + 1 where id = :id

-- # One message less to read.
-- account_has_read(id int) exec
update account set unread_count = max(unread_count - 1, 0) where id = :id

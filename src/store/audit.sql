-- # What a member of staff did, and why.
-- audit_add(at_s int, actor int, action text, order_id int, line_id int, reason text) exec
insert into audit (at_s, actor, action, order_id, line_id, reason)
values (:at_s, :actor, :action, :order_id, :line_id, :reason)

-- # The newest entries.
-- audit_list(before int, most int) many
select id, at_s, actor, action, order_id, line_id, reason from audit
where id < :before order by id desc limit :most

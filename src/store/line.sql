-- # A line by its number in this database.
-- line_get(id int) one
select id, imsi, iccid, msisdn, serial, tail, brand, payment, state, flags, identity, activated_day,
       keep_a, keep_b, keep_c, keep_d, keep_e, keep_order, safe_until_day, lost_day, noticed_day,
       topup_day, topup_count, last_order
from line where id = :id

-- # By identifier, all of them as cipher_int.
-- line_id_by_imsi(imsi int) one
select id from line where imsi = :imsi

-- line_id_by_iccid(iccid int) one
select id from line where iccid = :iccid

-- line_id_by_msisdn(msisdn int) one
select id from line where msisdn = :msisdn

-- line_id_by_serial(serial int) one
select id from line where serial = :serial

-- # The line of that number, or else the next one: finding and not finding are
-- # the same work (quote.c).
-- line_near_imsi(imsi int) one
select id, imsi as number from line where imsi >= :imsi order by imsi limit 1

-- line_near_iccid(iccid int) one
select id, iccid as number from line where iccid >= :iccid order by iccid limit 1

-- line_near_serial(serial int) one
select id, serial as number from line where serial >= :serial order by serial limit 1

-- # By the last four digits, for staff.
-- line_list_by_tail(tail int, after int, most int) many
select id, msisdn, brand, state, safe_until_day, lost_day, last_order from line
where tail = :tail and id > :after order by id limit :most

-- line_add(imsi int?, iccid int?, msisdn int?, serial int?, tail int, brand text, payment int,
--   state int, identity int, activated_day int, keep_a int, keep_b int, keep_c int, keep_d int,
--   keep_e int, keep_order int, safe_until_day int, lost_day int) exec args
insert into line (imsi, iccid, msisdn, serial, tail, brand, payment, state, identity,
                  activated_day, keep_a, keep_b, keep_c, keep_d, keep_e, keep_order,
                  safe_until_day, lost_day)
values (:imsi, :iccid, :msisdn, :serial, :tail, :brand, :payment, :state, :identity,
        :activated_day, :keep_a, :keep_b, :keep_c, :keep_d, :keep_e, :keep_order,
        :safe_until_day, :lost_day)

-- # What the keep engine found, and the state that follows.
-- line_keep(id int, state int, keep_a int, keep_b int, keep_c int, keep_d int, keep_e int,
--   keep_order int, safe_until_day int, lost_day int) exec args
update line set state = :state, keep_a = :keep_a, keep_b = :keep_b, keep_c = :keep_c,
       keep_d = :keep_d, keep_e = :keep_e, keep_order = :keep_order,
       safe_until_day = :safe_until_day, lost_day = :lost_day
where id = :id

-- # A new order for the line: its place in the history, and the day's count.
-- line_ordered(id int, last_order int, topup_day int, topup_count int) exec
update line set last_order = :last_order, topup_day = :topup_day, topup_count = :topup_count
where id = :id

-- # The sweep's slice of all lines.
-- line_slice(after int, most int) many
select id, msisdn, brand, state, keep_a, keep_b, keep_c, keep_d, keep_e, keep_order,
       safe_until_day, lost_day, noticed_day
from line where id > :after order by id limit :most

-- # What the sweep changes.
-- line_swept(id int, state int, noticed_day int) exec
update line set state = :state, noticed_day = :noticed_day where id = :id

-- # An account looks after a line from now on.
-- account_line_add(account_id int, line_id int) exec
insert into account_line (account_id, line_id) values (:account_id, :line_id) on conflict do nothing

-- # Whether it does.
-- account_line_get(account_id int, line_id int) one -> (found int)
select 1 as found from account_line where account_id = :account_id and line_id = :line_id

-- # The lines of an account.
-- account_line_list(account_id int, after int, most int) many
select line.id, line.imsi, line.iccid, line.msisdn, line.serial, line.brand, line.payment, line.state,
       line.flags, line.activated_day, line.keep_a, line.keep_b, line.keep_c, line.keep_d, line.keep_e,
       line.keep_order, line.safe_until_day, line.lost_day, line.last_order
from account_line join line on line.id = account_line.line_id
where account_line.account_id = :account_id and account_line.line_id > :after
order by account_line.line_id limit :most

-- # Whose lines it is; for notices about the line itself.
-- account_of_line(line_id int, after int) many
select account_id from account_line where line_id = :line_id and account_id > :after
order by account_id limit 20

-- import.sql - files that an operator brings.

-- # What is known of a file, by the hash of its bytes.
-- import_find(kind text, hash blob) one
select id, started_s, rows_done, ended_s from import where kind = :kind and hash = :hash

-- # A file is begun.
-- import_add(kind text, hash blob, started_s int) exec
insert into import (kind, hash, started_s) values (:kind, :hash, :started_s)

-- # So many of its rows are in; in the same transaction as they.
-- import_set(id int, rows_done int, ended_s int) exec
update import set rows_done = :rows_done, ended_s = :ended_s where id = :id

-- # How many lines there may be: none is ever deleted.
-- line_highest() one -> (id int)
select coalesce(max(id), 0) as id from line

-- # The numbers in stock, in order, for comparing a whole file with them.
-- line_keys_imsi(first int, most int) many -> (number int)
select imsi as number, id from line where imsi >= :first order by imsi limit :most

-- line_keys_iccid(first int, most int) many -> (number int)
select iccid as number, id from line where iccid >= :first order by iccid limit :most

-- line_keys_msisdn(first int, most int) many -> (number int)
select msisdn as number, id from line where msisdn >= :first order by msisdn limit :most

-- line_keys_serial(first int, most int) many -> (number int)
select serial as number, id from line where serial >= :first order by serial limit :most

-- # What a row of a file is compared with.
-- line_known(id int) one
select imsi, iccid, msisdn, serial, brand, payment, activated_day from line where id = :id

-- # Numbers that were not known before; NULL leaves what is there.
-- line_fill(id int, imsi int?, iccid int?, msisdn int?, serial int?, tail int) exec args
update line set imsi = coalesce(:imsi, imsi), iccid = coalesce(:iccid, iccid),
       msisdn = coalesce(:msisdn, msisdn), serial = coalesce(:serial, serial), tail = :tail
where id = :id

-- # The indexes of the lines, to be made again after a large load.
-- line_indexes() many -> (name text, text text)
select name, sql as text from sqlite_schema
where type = 'index' and tbl_name = 'line' and sql is not null order by name limit 16

-- # A real rate in the place of one of the demo.
-- rate_replace(currency int, as_of_day int, mantissa int, scale int, source text) exec
update rate set mantissa = :mantissa, scale = :scale, source = :source
where currency = :currency and as_of_day = :as_of_day

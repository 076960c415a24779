-- # The account of a kind, owner and currency.
-- ledger_account_find(kind int, owner int, currency int) one
select id, balance, last from ledger_account
where kind = :kind and owner = :owner and currency = :currency

-- # Opens an account with nothing on it.
-- ledger_account_add(kind int, owner int, currency int) exec
insert into ledger_account (kind, owner, currency) values (:kind, :owner, :currency)

-- # The balance and the newest posting of an account, once a group.
-- ledger_account_set(id int, balance int, last int) exec
update ledger_account set balance = :balance, last = :last where id = :id

-- # A transaction; id and hash come from the writer.
-- ledger_txn_add(id int, order_id int, prev int, first_posting int, kind int, at_s int, hash blob) exec
insert into ledger_txn (id, order_id, prev, first_posting, kind, at_s, hash)
values (:id, :order_id, :prev, :first_posting, :kind, :at_s, :hash)

-- # One posting of it.
-- ledger_posting_add(id int, account_id int, amount int, prev int) exec
insert into ledger_posting (id, account_id, amount, prev)
values (:id, :account_id, :amount, :prev)

-- # The end of the chain.
-- ledger_txn_last() one
select id, hash from ledger_txn order by id desc limit 1

-- # One transaction, for the history of an order.
-- ledger_txn_get(id int) one
select id, order_id, prev, first_posting, kind, at_s from ledger_txn where id = :id

-- # A slice of the chain, for keepline verify.
-- ledger_txn_slice(after int, most int) many
select id, order_id, prev, first_posting, kind, at_s, hash from ledger_txn
where id > :after order by id limit :most

-- # The postings from one on, for keepline verify.
-- ledger_posting_slice(first int, most int) many
select id, account_id, amount, prev from ledger_posting
where id >= :first order by id limit :most

-- # The highest numbers given out, read once at start.
-- counters() one -> (orders int, payment int, refund int, job int, order_event int, event int, txn int, posting int, notice int)
select (select coalesce(max(id), 0) from orders) as orders, (select coalesce(max(id), 0) from payment) as payment,
       (select coalesce(max(id), 0) from refund) as refund, (select coalesce(max(id), 0) from job) as job,
       (select coalesce(max(id), 0) from order_event) as order_event, (select coalesce(max(id), 0) from event) as event,
       (select coalesce(max(id), 0) from ledger_txn) as txn, (select coalesce(max(id), 0) from ledger_posting) as posting,
       (select coalesce(max(id), 0) from notice) as notice

-- # Every account, for keepline verify and the desk.
-- ledger_account_list(after int) many
select id, kind, owner, currency, balance, last from ledger_account
where id > :after order by id limit 10000

-- # The postings of one transaction, for the desk: from its first to the next one's.
-- ledger_txn_postings(txn_id int, first int) many
select posting.amount, account.kind, account.owner, account.currency
from ledger_posting as posting join ledger_account as account on account.id = posting.account_id
where posting.id >= :first and posting.id < :first + 8 and posting.id <
 coalesce((select next.first_posting from ledger_txn as next where next.id = :txn_id + 1), :first + 8)
order by posting.id limit 8

-- # Adds to a figure of a day, once a group.
-- figure_add(day int, kind int, value int) exec
insert into figure (day, kind, value) values (:day, :kind, :value)
on conflict (day, kind) do update set value = value + excluded.value

-- # Sets a figure of a day.
-- figure_set(day int, kind int, value int) exec
insert into figure (day, kind, value) values (:day, :kind, :value)
on conflict (day, kind) do update set value = excluded.value

-- # The figures of some days, for the desk.
-- figure_list(first_day int, last_day int) many
select day, kind, value from figure where day >= :first_day and day <= :last_day
order by day, kind limit 2000

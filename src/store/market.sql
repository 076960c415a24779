-- # The newest catalogue.
-- catalogue_latest() one
select version, body from catalogue order by version desc limit 1

-- # One that an old order saw.
-- catalogue_get(version int) one
select version, body from catalogue where version = :version

-- # Whether this very text is known.
-- catalogue_by_hash(hash blob) one
select version from catalogue where hash = :hash

-- catalogue_add(imported_s int, hash blob, body text) exec
insert into catalogue (imported_s, hash, body) values (:imported_s, :hash, :body)

-- # The newest euro rate of a currency.
-- rate_latest(currency int) one
select currency, as_of_day, mantissa, scale, source from rate
where currency = :currency order by as_of_day desc limit 1

-- # The one before a day, for the jump guard.
-- rate_before(currency int, day int) one
select currency, as_of_day, mantissa, scale, source from rate
where currency = :currency and as_of_day < :day order by as_of_day desc limit 1

-- # The rate of one day exactly (cross rates need both sides of the same day).
-- rate_on(currency int, day int) one
select currency, as_of_day, mantissa, scale, source from rate
where currency = :currency and as_of_day = :day

-- # A published rate is never changed; changes = 0 when it was known.
-- rate_add(currency int, as_of_day int, mantissa int, scale int, source text) exec changes
insert into rate (currency, as_of_day, mantissa, scale, source)
values (:currency, :as_of_day, :mantissa, :scale, :source) on conflict do nothing

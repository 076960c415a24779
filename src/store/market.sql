-- # The newest catalogue.
-- catalogue_latest() one
select version, body from catalogue order by version desc limit 1

-- # Its number alone; 0: none.
-- catalogue_version() one -> (version int)
select coalesce(max(version), 0) as version from catalogue

-- # One that an old order saw.
-- catalogue_get(version int) one
select version, body from catalogue where version = :version

-- # Whether this very text is known.
-- catalogue_by_hash(hash blob) one
select version from catalogue where hash = :hash

-- catalogue_add(imported_s int, hash blob, body text) exec
insert into catalogue (imported_s, hash, body) values (:imported_s, :hash, :body)

-- # The newest day that a source has given a currency's rate for.
-- rate_newest(currency int, source text) one
select as_of_day from rate where currency = :currency and source = :source
order by as_of_day desc limit 1

-- # A currency's newest days that have a rate of the yen too, and both rates; the
-- # euro itself has no rows, its rate to the yen is the yen's.
-- rate_days(currency int, most int) many -> (day int, mantissa int, scale int, source text, confirmed_s int, yen_mantissa int, yen_scale int, yen_source text)
select o.as_of_day as day, o.mantissa, o.scale, o.source, o.confirmed_s,
       y.mantissa as yen_mantissa, y.scale as yen_scale, y.source as yen_source
  from rate o join rate y on y.currency = 392 and y.as_of_day = o.as_of_day
 where o.currency = :currency order by o.as_of_day desc limit :most

-- # A person has looked at the step that this rate makes.
-- rate_confirmed(currency int, as_of_day int, confirmed_s int) exec changes
update rate set confirmed_s = :confirmed_s
where currency = :currency and as_of_day = :as_of_day and confirmed_s = 0

-- # The rate of one day exactly (cross rates need both sides of the same day).
-- rate_on(currency int, day int) one
select currency, as_of_day, mantissa, scale, source from rate
where currency = :currency and as_of_day = :day

-- # A published rate is never changed; changes = 0 when it was known.
-- rate_add(currency int, as_of_day int, mantissa int, scale int, source text) exec changes
insert into rate (currency, as_of_day, mantissa, scale, source)
values (:currency, :as_of_day, :mantissa, :scale, :source) on conflict do nothing

-- operator.sql - what only the command line asks.

-- # The API keys, the newest first.
-- api_key_list(most int) many
select id, account_id, name, scopes, created_s, revoked_s from api_key order by id desc limit :most

-- # Revoked by its number; changes = 0 when there is none, or it was already.
-- api_key_end(id int, revoked_s int) exec changes
update api_key set revoked_s = :revoked_s where id = :id and revoked_s = 0

-- session.sql - logged-in browsers, one-time links, API keys.

-- # The session of a cookie and the account behind it.
-- session_by_token(token_hash blob) one
select s.id, s.account_id, s.role, s.csrf, s.created_s, s.seen_s,
       a.role as account_role, a.email_blind, a.email_box, a.lang, a.closed_s, a.unread_count
  from session s join account a on a.id = s.account_id
 where s.token_hash = :token_hash

-- # A new session; the writer's last id is its number.
-- session_insert(token_hash blob, account_id int, role int, csrf blob, created_s int, agent text) exec
insert into session (token_hash, account_id, role, csrf, created_s, seen_s, agent)
values (:token_hash, :account_id, :role, :csrf, :created_s, :created_s, :agent)

-- # Still in use; never set back.
-- session_touch(session_id int, seen_s int) exec
update session set seen_s = :seen_s where id = :session_id and seen_s < :seen_s

-- # Logout.
-- session_delete(session_id int) exec
delete from session where id = :session_id

-- # "End other sessions", and a changed password: all but one (0: all).
-- session_delete_others(account_id int, session_id int) exec
delete from session where account_id = :account_id and id <> :session_id

-- # The newest sessions of an account, for its list of devices.
-- session_list(account_id int, most int) many
select id, role, created_s, seen_s, agent from session
where account_id = :account_id order by id desc limit :most

-- # "End this session": its owner's only.
-- session_delete_own(account_id int, session_id int) exec
delete from session where id = :session_id and account_id = :account_id

-- # Room for one more: all but the newest `keep` of an account.
-- session_delete_oldest(account_id int, keep int) exec
delete from session where account_id = :account_id and id not in
 (select id from session where account_id = :account_id order by id desc limit :keep)

-- # A one-time link that may still be used is one with used_s = 0 and expires_s in the future.
-- invite_by_token(token_hash blob) one
select id, role, account_id, expires_s, used_s from invite where token_hash = :token_hash

-- # A new one-time link.
-- invite_insert(token_hash blob, role int, account_id int, expires_s int) exec
insert into invite (token_hash, role, account_id, expires_s)
values (:token_hash, :role, :account_id, :expires_s)

-- # Used, once: no row is changed by a second use.
-- invite_use(invite_id int, used_s int) exec changes
update invite set used_s = :used_s where id = :invite_id and used_s = 0

-- # An API key by its token's hash; revoked ones have revoked_s > 0.
-- api_key_by_token(token_hash blob) one
select id, account_id, scopes, revoked_s from api_key where token_hash = :token_hash

-- # A new API key.
-- api_key_insert(account_id int, name text, token_hash blob, scopes int, created_s int) exec
insert into api_key (account_id, name, token_hash, scopes, created_s)
values (:account_id, :name, :token_hash, :scopes, :created_s)

-- # Revoked for good.
-- api_key_revoke(api_key_id int, revoked_s int) exec
update api_key set revoked_s = :revoked_s where id = :api_key_id and revoked_s = 0

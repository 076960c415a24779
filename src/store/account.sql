-- account.sql - accounts: who logs in, in which language, and what is unread.

-- # For a login: by the blind index of the address.
-- account_by_email(email_blind blob) one
select id, password, role, lang, closed_s from account where email_blind = :email_blind

-- # What a page or a mail needs of an account.
-- account_by_id(account_id int) one
select id, email_blind, email_box, password, role, lang, created_s, closed_s, unread_count
  from account where id = :account_id

-- # A new account; the writer's last id is its number.
-- account_insert(email_blind blob, email_box blob, password text, role int, lang text, created_s int) exec
insert into account (email_blind, email_box, password, role, lang, created_s)
values (:email_blind, :email_box, :password, :role, :lang, :created_s)

-- # A new password, or the old one hashed again with newer parameters.
-- account_password_set(account_id int, password text) exec
update account set password = :password where id = :account_id

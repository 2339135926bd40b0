-- Later tokens of a known person change the account (AUTH_FOLLOW). Of an identity: when the newest token that was heard was
-- issued; null: none since this migration. An older token says what was so before.
alter table upm.identities add column heard_at timestamptz;

-- A name follows the issuer until the person has edited it. Of the accounts that are there nobody knows whether they
-- have, so their names count as edited: nothing that somebody has written is lost. (A constant default rewrites no rows.)
alter table upm.users
  add column first_name_edited boolean not null default true,
  add column last_name_edited boolean not null default true;
alter table upm.users
  alter column first_name_edited set default false,
  alter column last_name_edited set default false;

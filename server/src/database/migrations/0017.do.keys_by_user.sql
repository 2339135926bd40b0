-- A document can only link to a picture of its own account, and every key of a user's rows begins with the user: so the
-- rows of a user can be kept together on one node of a distributed PostgreSQL (database/keys.test.ts).
set constraints all immediate;
set constraints all deferred;

alter table users drop constraint users_avatar_id_fkey;
alter table media drop constraint media_pkey, add constraint media_pkey primary key (owner_id, id);
drop index media_owner_id_idx;
-- A picture belongs to one account, and an account links to one picture: nothing is left for users_avatar_id_key to keep.
alter table users drop constraint users_avatar_id_key,
  add constraint users_avatar_id_fkey foreign key (id, avatar_id) references media (owner_id, id);

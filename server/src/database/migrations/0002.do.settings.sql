-- Settings move into a row of their own; every account that exists gets the defaults of v0.6 (seed 1.6).

create table settings (
  user_id bigint not null,
  timezone text not null default 'UTC',
  ui_language text not null default 'uk',
  notifications_enabled boolean not null default true,
  privacy_public_profile boolean not null default false,
  constraint settings_pkey primary key (user_id),
  constraint settings_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint settings_timezone_length check (char_length(timezone) between 1 and 64),
  constraint settings_ui_language_length check (char_length(ui_language) between 2 and 35)
);

insert into settings (user_id) select id from users;

-- Whose token opens which account. An account may have several ways in; a subject opens one account only.
-- Accounts of v0.5 have none until their owner's first valid token (product.md, section 4).

create table identities (
  issuer text not null,
  subject text not null,
  user_id bigint not null,
  created_at timestamptz not null default now(),
  constraint identities_pkey primary key (issuer, subject),
  constraint identities_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint identities_subject_length check (char_length(subject) between 1 and 255),
  constraint identities_issuer_length check (char_length(issuer) between 1 and 255)
);

create index identities_user_id_idx on identities (user_id);

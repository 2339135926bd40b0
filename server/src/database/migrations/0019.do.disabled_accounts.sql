-- An account that may not be used: an operator has disabled it, or it came disabled out of another system. It keeps all that
-- it has, opens for nobody, and is not shown to strangers.
alter table users add column disabled_at timestamptz;

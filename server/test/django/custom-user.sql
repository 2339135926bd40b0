-- The tables that the migrations of a Django project make, as pg_dump writes them: Django 3.2.25, DEFAULT_AUTO_FIELD AutoField,
-- a custom user (AbstractBaseUser) with its avatar, one-to-one profiles and settings, and a log. Django itself is not needed.

CREATE TABLE public.django_migrations (
    id integer NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.django_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_migrations_id_seq OWNED BY public.django_migrations.id;
CREATE TABLE public.profiles_activitylog (
    id uuid NOT NULL,
    action character varying(64) NOT NULL,
    entity_type character varying(64) NOT NULL,
    entity_id character varying(64) NOT NULL,
    metadata jsonb NOT NULL,
    "timestamp" timestamp with time zone NOT NULL,
    ip inet,
    user_agent character varying(256) NOT NULL,
    user_id integer
);
CREATE TABLE public.profiles_studentprofile (
    id integer NOT NULL,
    headline character varying(120) NOT NULL,
    bio character varying(2000) NOT NULL,
    subjects jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE public.profiles_studentprofile_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.profiles_studentprofile_id_seq OWNED BY public.profiles_studentprofile.id;
CREATE TABLE public.profiles_tutorprofile (
    id integer NOT NULL,
    headline character varying(120) NOT NULL,
    bio character varying(2000) NOT NULL,
    subjects jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE public.profiles_tutorprofile_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.profiles_tutorprofile_id_seq OWNED BY public.profiles_tutorprofile.id;
CREATE TABLE public.profiles_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    role character varying(16) NOT NULL,
    is_self_learning boolean NOT NULL,
    is_active boolean NOT NULL,
    avatar character varying(100) NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.profiles_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.profiles_user_id_seq OWNED BY public.profiles_user.id;
CREATE TABLE public.profiles_usersettings (
    id integer NOT NULL,
    timezone character varying(64) NOT NULL,
    ui_language character varying(8) NOT NULL,
    notifications_enabled boolean NOT NULL,
    privacy_public_profile boolean NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE public.profiles_usersettings_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.profiles_usersettings_id_seq OWNED BY public.profiles_usersettings.id;
ALTER TABLE ONLY public.django_migrations ALTER COLUMN id SET DEFAULT nextval('public.django_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.profiles_studentprofile ALTER COLUMN id SET DEFAULT nextval('public.profiles_studentprofile_id_seq'::regclass);
ALTER TABLE ONLY public.profiles_tutorprofile ALTER COLUMN id SET DEFAULT nextval('public.profiles_tutorprofile_id_seq'::regclass);
ALTER TABLE ONLY public.profiles_user ALTER COLUMN id SET DEFAULT nextval('public.profiles_user_id_seq'::regclass);
ALTER TABLE ONLY public.profiles_usersettings ALTER COLUMN id SET DEFAULT nextval('public.profiles_usersettings_id_seq'::regclass);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles_activitylog
    ADD CONSTRAINT profiles_activitylog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles_studentprofile
    ADD CONSTRAINT profiles_studentprofile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles_studentprofile
    ADD CONSTRAINT profiles_studentprofile_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.profiles_tutorprofile
    ADD CONSTRAINT profiles_tutorprofile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles_tutorprofile
    ADD CONSTRAINT profiles_tutorprofile_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.profiles_user
    ADD CONSTRAINT profiles_user_email_key UNIQUE (email);
ALTER TABLE ONLY public.profiles_user
    ADD CONSTRAINT profiles_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles_usersettings
    ADD CONSTRAINT profiles_usersettings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles_usersettings
    ADD CONSTRAINT profiles_usersettings_user_id_key UNIQUE (user_id);
CREATE INDEX activity_user_ts ON public.profiles_activitylog USING btree (user_id, "timestamp" DESC);
ALTER TABLE ONLY public.profiles_activitylog
    ADD CONSTRAINT profiles_activitylog_user_id_35ed552b_fk_profiles_user_id FOREIGN KEY (user_id) REFERENCES public.profiles_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.profiles_studentprofile
    ADD CONSTRAINT profiles_studentprofile_user_id_ffee5cc8_fk_profiles_user_id FOREIGN KEY (user_id) REFERENCES public.profiles_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.profiles_tutorprofile
    ADD CONSTRAINT profiles_tutorprofile_user_id_310645b7_fk_profiles_user_id FOREIGN KEY (user_id) REFERENCES public.profiles_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.profiles_usersettings
    ADD CONSTRAINT profiles_usersettings_user_id_43de137c_fk_profiles_user_id FOREIGN KEY (user_id) REFERENCES public.profiles_user(id) DEFERRABLE INITIALLY DEFERRED;

import { Client } from 'pg'
import { SUPERUSER } from './cluster.ts'

/**
 * As whom UPM uses its database: the owner of it, and no more. What is sent to it by mistake or by malice reads no file,
 * runs no program and makes no other role. It may make databases, which the tests do.
 */
export const APPLICATION_ROLE = 'upm_application'

/**
 * What the superuser owns in the database, as statements that give it to the application. What belongs to an extension
 * stays with it, and the sequence of a column goes where its table goes.
 */
const BELONGINGS = `
  with ours as (
    select oid, nspname, nspowner from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
  ), bound as (
    select classid, objid from pg_depend where deptype = 'e'
    union
    select classid, objid from pg_depend join pg_class on pg_class.oid = objid
    where classid = 'pg_class'::regclass and relkind = 'S' and deptype in ('a', 'i')
  ), found (class, oid, statement) as (
    select 'pg_class'::regclass::oid, oid,
      format('alter %s %s owner to', case relkind when 'S' then 'sequence' else 'table' end, oid::regclass)
    from pg_class
    where relowner = $1::regrole and relnamespace in (select oid from ours)
      and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_proc'::regclass, oid, format('alter routine %s owner to', oid::regprocedure)
    from pg_proc where proowner = $1::regrole and pronamespace in (select oid from ours)
    union all
    select 'pg_type'::regclass, oid, format('alter type %s owner to', oid::regtype)
    from pg_type
    where typowner = $1::regrole and typnamespace in (select oid from ours) and typtype in ('e', 'd', 'r')
    union all
    select 'pg_namespace'::regclass, oid, format('alter schema %I owner to', nspname)
    from ours where nspowner = $1::regrole
  )
  select statement || ' ${APPLICATION_ROLE}' as statement from found
  where (class, oid) not in (select classid, objid from bound)`

/** One number for the lock under which roles are made; starts that do it at once take turns. */
const ROLES_LOCK = 5_591_118

/** Makes the application's role, and gives it the database that an earlier release has used as superuser. */
export async function giveToApplication(
  socket: { host: string; port: number },
  database: string,
): Promise<void> {
  const client = new Client({
    ...socket,
    user: SUPERUSER,
    database,
    ssl: false,
    options: '-c statement_timeout=0 -c lock_timeout=0',
  })
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [ROLES_LOCK])
    const { rows } = await client.query<{ made: boolean; owned: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as made,
         exists (select from pg_database join pg_roles r on r.oid = datdba
                 where datname = current_database() and rolname = $1) as owned`,
      [APPLICATION_ROLE],
    )
    const [found] = rows
    if (!found?.made) await client.query(`create role ${APPLICATION_ROLE} login createdb`)
    if (!found?.owned) {
      await client.query(`alter database ${database} owner to ${APPLICATION_ROLE}`)
      const belongings = await client.query<{ statement: string }>(BELONGINGS, [SUPERUSER])
      for (const { statement } of belongings.rows) await client.query(statement)
    }
    await client.query('commit')
  } finally {
    await client.end()
  }
}

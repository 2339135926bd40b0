/**
 * A rule of retention goes through the log once, partition by partition and some pages at a time, as the rows lie in the file. It
 * needs no index, and what it costs in all is one reading of the log. After each piece it commits, together with how far it
 * has come: after a crash it goes on there.
 */
import { query, sql, transaction, type Db, type Pool } from '../database/database.ts'

/** Pages of 8 KiB that are done in one transaction. */
const PAGES = 256

export type Rule = {
  /** What its progress is kept under. */
  name: string
  /** It applies to entries that are older. */
  before: Date
  /** Does its work on one piece, and says how many entries were changed. */
  apply: (db: Db, piece: Piece) => Promise<number>
}

/** Rows of a partition that lie together. */
export type Piece = {
  /** `from`, the partition as `entry`, and the pages: for a statement that takes the rule's time as `$1`. */
  partition: string
  /** The condition of the place, of the age, and that no legal hold keeps the entry. */
  where: string
  before: string
}

type Partition = { name: string; file: number; inserted: number; blocks: number; next: number | null }

/** Applies a rule to whatever is due. Returns how many entries were changed. */
export async function walkLog(pool: Pool, rule: Rule, signal?: AbortSignal): Promise<number> {
  let changed = 0
  for (const partition of await findPartitions(pool, rule)) {
    changed += await walkPartition(pool, rule, partition, signal)
  }
  return changed
}

/** Forgets how far the rules have come, so that the next round looks at every entry. */
export async function restartWalks(db: Db): Promise<void> {
  await query(db, sql`delete from upm.log_walks`)
}

/**
 * The partitions that begin before the time of the rule, with what is known of its progress. Where the file is another one, or rows were
 * inserted since, nothing is.
 */
async function findPartitions(pool: Pool, { name, before }: Rule): Promise<Partition[]> {
  return query<Partition>(
    pool,
    sql`with leaf as (
        select c.oid, c.oid::regclass::text as name, pg_relation_filenode(c.oid) as file,
          pg_stat_get_tuples_inserted(c.oid) as inserted,
          pg_relation_size(c.oid) / current_setting('block_size')::integer as blocks,
          substring(pg_get_expr(c.relpartbound, 0) from $$FROM [(]'([^']+)'[)]$$)::timestamptz as "from"
        from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'upm.activity_log'::regclass
      ), gone as (
        delete from upm.log_walks w where w.rule = ${name}::text and w.partition not in (select leaf.name from leaf)
      )
      select leaf.name, leaf.file, leaf.inserted, leaf.blocks, w.next_block as next
      from leaf left join upm.log_walks w on w.rule = ${name}::text and w.partition = leaf.name
        and w.file = leaf.file and w.inserted = leaf.inserted
      where (leaf."from" is null or leaf."from" < ${before.toISOString()}::timestamptz)
        and leaf.blocks > coalesce(w.next_block, 0)
      order by leaf."from" nulls first`,
  )
}

async function walkPartition(
  pool: Pool,
  rule: Rule,
  { name, file, inserted, blocks, next }: Partition,
  signal: AbortSignal | undefined,
): Promise<number> {
  let changed = 0
  // Until a piece has an entry that is still too young, all pieces before it are done for good.
  let isPassed = true
  for (let block = next ?? 0; block < blocks; block += PAGES) {
    signal?.throwIfAborted()
    const before = rule.before.toISOString()
    const place = `entry.ctid >= '(${block},0)'::tid and entry.ctid < '(${block + PAGES},0)'::tid`
    changed += await transaction(pool, async (db) => {
      const where = `${place} and entry.timestamp < $1::timestamptz
        and not exists (select from upm.users u where u.id = entry.user_id and u.held_at is not null)`
      const count = await rule.apply(db, { partition: name, where, before })
      if (isPassed) {
        const { rowCount } = await db.query(
          `select from ${name} entry where ${place} and entry.timestamp >= $1::timestamptz limit 1`,
          [before],
        )
        isPassed = rowCount === 0
      }
      if (isPassed) {
        await query(
          db,
          sql`insert into upm.log_walks as known (rule, partition, file, inserted, next_block)
            values (${rule.name}, ${name}, ${file}, ${inserted}, ${Math.min(block + PAGES, blocks)})
            on conflict on constraint log_walks_pkey do update
              set file = excluded.file, inserted = excluded.inserted, next_block = excluded.next_block`,
        )
      }
      return count
    })
  }
  return changed
}

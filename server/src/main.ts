#!/usr/bin/env node
/** The process: reads the command line, runs one command, and says in one line what went wrong. */
import cluster from 'node:cluster'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { createEnvironment } from './cli/environment.ts'
import type { ServeTerminal } from './cli/serve.ts'
import type { Declared } from './cli/config-file.ts'
import { readTask } from './cli/task.ts'
import { ConfigError } from './config/config.ts'
import { OperatorError } from './operator-error.ts'
import { version } from './version.ts'

const environment = createEnvironment(process.env)
let envFile: string | undefined

let declared: Promise<Declared> | undefined

const terminal: ServeTerminal = {
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`upm: ${line}\n`),
  interactive: process.stdout.isTTY,
  ownsProcess: true,
  readEnv: () => environment.read(envFile),
  onHangUp: (listener) => process.on('SIGHUP', () => listener(isTerminalGone())),
}

/** For commands that have to know what `upm.config.ts` declares. The others work whatever is wrong with it. */
const installation: ServeTerminal = {
  ...terminal,
  readConfigFile: () =>
    (declared ??= import('./cli/config-file.ts').then(({ loadConfigFile }) => loadConfigFile(process.cwd()))),
}

const program = new Command('upm')
  .description('UPM, the Universal Profile Module: profiles, settings, avatars and activity.')
  .version(version)
  // `--version` of a command is its own.
  .enablePositionalOptions()
  .showHelpAfterError('(run with --help to see all commands)')
  .addHelpText(
    'after',
    '\nConfiguration comes from the environment, or from the file of --env-file: see docs/configuration.md.',
  )
  .hook('preAction', (_program, command) => {
    envFile = command.optsWithGlobals<{ envFile?: string }>().envFile
    // A worker has it from the first process.
    if (!readTask(process.env)) environment.apply(envFile)
  })

program
  .command('serve')
  .description('start the server; the database is started and migrated first')
  .action(async () => (await import('./cli/serve.ts')).serve(installation))

program
  .command('health')
  .description('ask the server on this machine whether it is running; exit code 1 if it is not')
  .action(async () => (await import('./cli/health.ts')).checkHealth(terminal))

program
  .command('migrate')
  .description('migrate the database to the newest version')
  .action(async () => (await import('./cli/migrate.ts')).runMigrate(terminal))

program
  .command('token')
  .description('print an access token of a user; for a new address, its first use creates the account')
  .argument('<email>', 'the e-mail address of the user')
  .option('--role <role>', 'the role of a new user: tutor or student')
  .option('--days <n>', 'for how many days the token is valid', wholeNumber(1, 365), 30)
  .option('--scope <scopes>', 'scopes, such as activity:write, separated by spaces')
  .action(async (email, options) => (await import('./cli/token.ts')).printToken(terminal, email, options))

program
  .command('invite')
  .description('print an invitation link; it works once, and only for this e-mail address')
  .argument('<email>', 'the e-mail address of the invited person')
  .option('--role <role>', 'the role of the new account (default: the person chooses)')
  .option('--days <n>', 'for how many days the link is valid', wholeNumber(1, 90), 7)
  .option('--mail', 'e-mail the link instead of printing it; signing up with it also confirms the address')
  .action(async (email, options) => (await import('./cli/invite.ts')).invite(installation, email, options))

program
  .command('backup')
  .description(
    'write the database, the pictures and the generated secrets into one file, also while the server runs',
  )
  .argument('<file>', 'the file, such as upm-backup.tar.gz; it must not exist')
  .action(async (file) => (await import('./cli/backup.ts')).runBackup(terminal, process.stderr, file))

program
  .command('restore')
  .description('fill an empty installation with a backup: also in another PostgreSQL or another storage')
  .argument('<file>', 'what "upm backup" has written')
  .option('--check', 'only check the file; change nothing')
  .action(async (file, options) =>
    (await import('./cli/backup.ts')).runRestore(terminal, process.stderr, file, options),
  )

program
  .command('reset-link')
  .description('print a link to choose a new password; it works once. For servers that send no e-mails')
  .argument('<email>', 'the e-mail address that the person signs in with')
  .option('--hours <n>', 'for how many hours the link is valid', wholeNumber(1, 168), 24)
  .action(async (email, options) =>
    (await import('./cli/reset-link.ts')).printResetLink(terminal, email, options),
  )

const account = program.command('account').description('manage an account')
account
  .command('release-email')
  .description('remove an e-mail address from its account; the account keeps everything else')
  .argument('<email>', 'the address')
  .action(async (email) => (await import('./cli/account.ts')).runReleaseEmail(terminal, email))
account
  .command('set-email')
  .description('set the e-mail address of an account; the new address is unconfirmed')
  .argument('<id>', 'the id of the account', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .argument('<email>', 'the address')
  .action(async (id, email) => (await import('./cli/account.ts')).runSetEmail(terminal, id, email))

account
  .command('remove-factors')
  .description(
    'remove the second step and the passkeys of an account; a sign-in needs only the password then',
  )
  .argument('<id>', 'the id of the account', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .action(async (id) => (await import('./cli/account.ts')).runRemoveFactors(terminal, id))
account
  .command('disable')
  .description('refuse an account at sign-in and refuse its tokens; it keeps everything')
  .argument('<id>', 'the id of the account', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .action(async (id) => (await import('./cli/account.ts')).runDisable(terminal, id))
account
  .command('enable')
  .description('let a disabled account be used again')
  .argument('<id>', 'the id of the account', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .action(async (id) => (await import('./cli/account.ts')).runEnable(terminal, id))

account
  .command('erase')
  .description('delete an account: it is hidden at once, and its owner can restore it for ERASE_GRACE_DAYS')
  .argument('<account>', 'its e-mail address; the id of an account without one')
  .option('--now', 'purge it at once: nothing can be restored')
  .option('--yes', 'do not ask')
  .action(async (name, options) =>
    (await import('./cli/account-erase.ts')).runErase({ ...terminal, ask: askAtTerminal() }, name, options),
  )

account
  .command('hold')
  .description('keep an account for a legal reason: it cannot be deleted, and its log is not shortened')
  .argument('<id>', 'the id of the account', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .requiredOption('--reason <text>', 'why, in at most 500 characters; only operators see it')
  .action(async (id, { reason }) => (await import('./cli/account.ts')).runHold(terminal, id, reason))
account
  .command('release-hold')
  .description('end the legal hold of an account')
  .argument('<id>', 'the id of the account', wholeNumber(1, Number.MAX_SAFE_INTEGER))
  .action(async (id) => (await import('./cli/account.ts')).runReleaseHold(terminal, id))

const issuer = program.command('issuer').description('manage the issuers of tokens')
issuer
  .command('rename')
  .description('move the accounts of an issuer to its new name, also while the server runs (docs/issuers.md)')
  .argument('<old>', 'the name until now: the "iss" of old tokens')
  .argument('<new>', 'the new name: the "iss" of new tokens')
  .option('--dry-run', 'only say how many identities would be moved')
  .action(async (from, to, options) =>
    (await import('./cli/issuer.ts')).runRenameIssuer(terminal, process.stderr, { from, to, ...options }),
  )

const types = program.command('types').description('look after stored profiles when their types change')
types
  .command('upgrade')
  .description(
    'upgrade the profiles that are stored under an older version of their type; a second run goes on where the first one stopped',
  )
  .option('--type <name>', 'only the profiles of this type')
  .option('--dry-run', 'write nothing, and name the profiles that could not be upgraded')
  .action(async (options) =>
    (await import('./cli/types.ts')).runTypesUpgrade(installation, process.stderr, options),
  )

program
  .command('seed-demo')
  .description(
    'fill the database with demo data: tutors and students with profiles, photos and a log; a second run adds what is missing',
  )
  .option('--users <n>', 'the number of people; the first 200 get a photo', wholeNumber(1, 1_000_000), 20)
  .option(
    '--activity <n>',
    'the number of log entries of all users together; each user gets at least 6 or 7 (default: 25 each)',
    wholeNumber(0, 1_000_000_000),
  )
  .option('--force', 'run even if the database has other accounts, or other machines can reach the server')
  .action(async (options) =>
    (await import('./cli/seed-demo.ts')).runSeedDemo(installation, process.stderr, options),
  )

const contract = program
  .command('contract')
  .description('keep front ends from breaking: check, release and adopt versions of the HTTP API')
const contractFile = ['--contract <file>', 'the OpenAPI document', 'contract/openapi.json'] as const
contract
  .command('check')
  .description(
    'say which front ends a new contract would break; exit code 0: none, 1: some, 2: it cannot be judged',
  )
  .option(...contractFile)
  .option('--against <version>', 'the released version to compare with (default: the newest)')
  .option('--json', 'print the verdict as JSON')
  .option('--markdown', 'print the verdict as a table for a merge request')
  .action(async (options) => {
    process.exitCode = await (await import('./cli/contract.ts')).checkContract(terminal, options)
  })
contract
  .command('release')
  .description('keep the contract as contract/released/<version>.json: what front ends are promised')
  .option(...contractFile)
  .action(async (options) => (await import('./cli/contract.ts')).releaseContract(terminal, options))
contract
  .command('adopt')
  .description('say that a front end gets along with a version')
  .argument('<name>', 'the front end: contract/consumers/<name>.json')
  .requiredOption('--version <version>', 'a released version, or the one of the contract')
  .option(...contractFile)
  .action(async (name, options) => (await import('./cli/contract.ts')).adoptContract(terminal, name, options))
contract
  .command('record')
  .description('write down what a front end uses: contract/consumers/<name>.json')
  .argument('<name>', 'the front end, such as web')
  .option('--from <folder>', 'the recordings that its tests have written (docs/contract.md)')
  .option('--check', 'with --from: change nothing, and fail if the file is not what was recorded')
  .option(
    '--part',
    'with --check: only some of the tests have run, so what the file says besides is no difference',
  )
  .option('--proxy <url>', 'a server; the front end sends its requests through this command')
  .option('--port <n>', 'with --proxy: the port to listen on; 0: any free one', wholeNumber(0, 65_535), 4020)
  .option('--host <address>', 'with --proxy: the address to listen on', '127.0.0.1')
  .option(...contractFile)
  .action(async (name, options) =>
    (await import('./cli/contract-record.ts')).recordConsumer(terminal, name, options),
  )
contract
  .command('status')
  .description('list the front ends, and the versions that have all that each of them uses')
  .option(...contractFile)
  .option('--metrics <url>', 'the /metrics of a server, for the number of requests of each front end')
  .action(async (options) => (await import('./cli/contract.ts')).contractStatus(terminal, options))

program
  .command('privacy')
  .description('what is held of people')
  .command('map')
  .description('print the register: what is held of people, where, why, for how long, and what becomes of it')
  .addOption(
    new Option('--language <language>', 'the language of the register').choices(['en', 'uk']).default('en'),
  )
  .option('--json', 'print it as JSON')
  .action(async (options) => (await import('./cli/privacy.ts')).printPrivacyMap(installation, options))

program
  .command('mock')
  .description(
    'start the server on a database that is thrown away, for developers of front ends (docs/mock.md)',
  )
  .option('--port <n>', 'the port to listen on; 0: any free port', wholeNumber(0, 65_535), 4010)
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--types <file>', 'a module that exports profile types of your own (default: upm.config.ts)')
  .action(async (options) => (await import('./cli/mock.ts')).runMock(installation, options))

const importing = program.command('import').description('bring accounts over from another system')
importing
  .command('django')
  .description(
    'import users, profiles, settings, pictures, activity and passwords of a Django project; a second run adds what is missing',
  )
  .requiredOption(
    '--from <url>',
    'the PostgreSQL database of the project; it is only read (PGPASSWORD works, too)',
  )
  .option('--map <file>', 'a JSON file that says which table and column is which')
  .option('--media <place>', 'where the old pictures are: the folder MEDIA_ROOT, or the address of MEDIA_URL')
  .option('--name <name>', 'the name of the old system, the same in every run', systemName, 'django')
  .option('--report <file>', 'where the report goes (default: upm-import-django-TIME.ndjson)')
  .option('--dry-run', 'write nothing, and make the same report')
  .action(async (options) =>
    (await import('./cli/import.ts')).runImportDjango(installation, process.stderr, options),
  )
importing
  .command('csv')
  .description('import users from a CSV file; those whose e-mail has an account are left alone')
  .argument(
    '<file>',
    'the file, in UTF-8, with a header such as email,first_name,role,tutor_profile.headline',
  )
  .option('--report <file>', 'where the report goes (default: upm-import-csv-TIME.ndjson)')
  .option('--dry-run', 'judge the file and write nothing')
  .action(async (file, options) =>
    (await import('./cli/import.ts')).runImportCsv(installation, process.stderr, file, options),
  )
for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
  command.option(
    '--env-file <file>',
    'read variables from this file, such as PORT=8080; the environment wins over the file',
  )
}

try {
  await program.parseAsync()
} catch (error) {
  const reason = explain(error)
  process.exitCode = 1
  if (cluster.worker && readTask(process.env)) {
    // The first process says it. The worker would live on for the sake of its link to that process.
    const { reportFailure } = await import('./cli/worker-link.ts')
    await reportFailure(cluster.worker, reason)
    process.disconnect()
  } else terminal.complain(reason)
}

/** Asks whoever is at the terminal, if somebody is. */
function askAtTerminal(): ((question: string) => Promise<string>) | undefined {
  if (!process.stdin.isTTY) return undefined
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  }
}

/** Whether SIGHUP has its first meaning: the window or the connection of the terminal was closed. */
function isTerminalGone(): boolean {
  if (!terminal.interactive) return false
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return false
  } catch {
    return true
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError)
    return `the configuration is not valid:\n${error.message.replaceAll(/^/gm, '  ')}`
  if (error instanceof OperatorError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function systemName(text: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,49}$/.test(text)) {
    throw new InvalidArgumentError(
      'It must be up to 50 lower-case letters, digits, dots, dashes and underscores.',
    )
  }
  return text
}

function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
}

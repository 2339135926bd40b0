#!/usr/bin/env node
/** The process: reads the command line, runs one command, and says in one line what went wrong. */
import { Command, InvalidArgumentError } from 'commander'
import type { Terminal } from './cli/context.ts'
import { ConfigError } from './config.ts'
import { OperatorError } from './operator-error.ts'
import { version } from './version.ts'

const terminal: Terminal = {
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  interactive: process.stdout.isTTY,
}

const program = new Command('upm')
  .description('UPM, the Universal Profile Module: profiles, settings, avatars and activity.')
  .version(version)
  .showHelpAfterError('(--help shows what there is)')
  .addHelpText('after', '\nConfiguration comes from the environment: see docs/configuration.md.')

program
  .command('serve')
  .description('serve the API; starts and migrates the database first')
  .action(async () => (await import('./cli/serve.ts')).serve(terminal))

program
  .command('migrate')
  .description('bring the database to the newest version')
  .action(async () => (await import('./cli/migrate.ts')).runMigrate(terminal))

program
  .command('token')
  .description("print an access token: a known user's, or one whose first use makes the user")
  .argument('<email>', 'whose')
  .option('--role <role>', 'the role of a new user: tutor or student')
  .option('--days <n>', 'how long it is valid', wholeNumber(1, 3650), 30)
  .option('--scope <scopes>', 'scopes, such as activity:write, separated by spaces')
  .action(async (email, options) => (await import('./cli/token.ts')).printToken(terminal, email, options))

program
  .command('seed-demo')
  .description(
    'fill the database with a demo: tutors and students with profiles, photos and a log; run again, it adds what is missing',
  )
  .option('--users <n>', 'how many people; the first 200 have a photo', wholeNumber(1, 1_000_000), 20)
  .option(
    '--activity <n>',
    'log entries of all users together, at least 6 or 7 each (default: 25 each)',
    wholeNumber(0, 1_000_000_000),
  )
  .action(async (options) =>
    (await import('./cli/seed-demo.ts')).runSeedDemo(terminal, process.stderr, options),
  )

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`upm: ${explain(error)}\n`)
  process.exitCode = 1
}

function explain(error: unknown): string {
  if (error instanceof ConfigError)
    return `the configuration is not valid:\n${error.message.replaceAll(/^/gm, '  ')}`
  if (error instanceof OperatorError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
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

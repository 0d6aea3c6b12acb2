#!/usr/bin/env node
import { FtpError } from '@twinport/ftp/client';
import { Command, CommanderError } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { catCommand } from './cat.js';
import { completeSitesCommand, completionCommand } from './completion.js';
import { cpCommand } from './cp.js';
import { EXIT } from './exit-code.js';
import { findCommand } from './find.js';
import { getCommand } from './get.js';
import { hashCommand } from './hash.js';
import { lsCommand } from './ls.js';
import { mkdirCommand } from './mkdir.js';
import { mvCommand } from './mv.js';
import { putCommand } from './put.js';
import { rawCommand } from './raw.js';
import { rmCommand } from './rm.js';
import { rulesCommand } from './rules.js';
import { serveCommand } from './serve.js';
import { shellCommand } from './shell.js';
import { simulateCommand } from './simulate.js';
import { siteCommand } from './site.js';
import { statCommand } from './stat.js';
import { syncCommand } from './sync.js';
import { VERSION } from './version.js';

// Whoever read the log or the trace may go: the server does not end with them, and a command of the client ends quietly.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const program = new Command('twinport')
  .description('FTP runs on two connections. Twinport serves files over both, shows them, and gets them through.')
  .version(VERSION)
  .exitOverride()
  // Options behind the name of a command are its own, also where the one above has them too.
  .enablePositionalOptions()
  .configureOutput({
    outputError: (text, write) =>
      write(
        `twinport: ${text
          .replace(/^error: /, '')
          .trim()
          .replaceAll('\n', ' ')}\n`,
      ),
  })
  .showSuggestionAfterError();
const commands = [
  serveCommand,
  lsCommand,
  catCommand,
  getCommand,
  putCommand,
  cpCommand,
  mvCommand,
  rmCommand,
  mkdirCommand,
  statCommand,
  hashCommand,
  findCommand,
  syncCommand,
  rawCommand,
  shellCommand,
  siteCommand,
  rulesCommand,
  simulateCommand,
  completionCommand,
];
for (const make of commands) program.addCommand(inheriting(make(), program));
program.addCommand(inheriting(completeSitesCommand(), program), { hidden: true });

/** Commands below a command inherit too: commander copies settings only to those that it makes itself. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inheriting(each, command);
  return command;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (error instanceof UsageFault || (error instanceof FtpError && error.code === 'USAGE')) {
    process.stderr.write(`twinport: ${error.message}\n`);
    process.exitCode = EXIT.usage;
  } else {
    process.stderr.write(`twinport: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.other;
  }
}

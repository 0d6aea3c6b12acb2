#!/usr/bin/env node
import { FtpError } from '@twinport/ftp/client';
import { Command, CommanderError } from 'commander';
import { UsageFault } from '../daemon/index.js';
import { VERSION } from './version.js';
import { serveCommand } from './serve.js';
import { siteCommand } from './site.js';

/** Exit codes, as docs/errors.md lists them. */
const USAGE = 2;
const FAILED = 1;

// Whoever read the log or the trace may go: the server does not end with them.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const program = new Command('twinport')
  .description('FTP runs on two connections. Twinport serves files over both, shows them, and gets them through.')
  .version(VERSION)
  .exitOverride()
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
program.addCommand(serveCommand().copyInheritedSettings(program));
program.addCommand(inheriting(siteCommand(), program));

/** Commands below a command inherit too: commander copies settings only to those that it makes itself. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inheriting(each, command);
  return command;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  else if (error instanceof UsageFault || (error instanceof FtpError && error.code === 'USAGE')) {
    process.stderr.write(`twinport: ${error.message}\n`);
    process.exitCode = USAGE;
  } else {
    process.stderr.write(`twinport: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = FAILED;
  }
}

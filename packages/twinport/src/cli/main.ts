#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ConfigFault } from '../daemon/config/config-fault.js';
import { errnoOf } from '../daemon/usage-fault.js';
import { COMMANDS, COMPLETE_SITES, neededCommands } from './commands.js';
import { EXIT } from './exit.js';
import { VERSION } from './version.js';

// Whoever read the log or the trace may go: the server does not end with them, and a command of the client ends quietly.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const program = new Command('twinport')
  .description('FTP runs on two connections. Twinport serves files over both, shows them, and gets them through.')
  .version(VERSION)
  // A command below a command has options of its own, whatever the one above calls its own.
  .enablePositionalOptions()
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
for (const name of neededCommands(process.argv.slice(2))) {
  const command = await COMMANDS[name]?.();
  if (command) program.addCommand(inheriting(command, program), { hidden: name === COMPLETE_SITES });
}

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
  else {
    // What is wrong with a configuration begins with file and line, as editors read them.
    const name = error instanceof ConfigFault ? '' : 'twinport: ';
    process.stderr.write(`${name}${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = errnoOf(error) === 'USAGE' ? EXIT.usage : EXIT.other;
  }
}

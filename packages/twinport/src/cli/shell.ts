import { Command } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { type SharedFlags, addSharedOptions } from './shared-flags.js';
import { linesOfInput, runScript } from './shell/script.js';
import { Terminal } from './shell/terminal.js';

interface Flags extends SharedFlags {
  readonly command?: string;
  readonly keepGoing?: boolean;
}

const EXAMPLES = `
Examples:
  twinport shell ftpes://ann@ftp.example.net/www         help lists the commands
  twinport shell work:                                   a site (twinport site add)
  twinport shell -c 'cd in && get *.csv; ls' work:
  twinport shell work: < upload.txt                      a line each; # begins a comment

Without a terminal on stdin the commands are read from there, and the first that fails ends the shell with its exit code.
Lines that were typed are kept in $XDG_STATE_HOME/twinport/history; those with passwords are not. See docs/shell.md.`;

export function shellCommand(): Command {
  const command = new Command('shell')
    .description('work on a server interactively, or run a script of commands on it')
    .helpOption('--help', 'show this help')
    .argument('[REMOTE]', 'what to open: a URL, or SITE:PATH')
    .option('-c, --command <LINE>', 'run this and end: commands as they are typed, with ; or && between them')
    .option('-k, --keep-going', 'in a script: go on after a command that failed');
  return addSharedOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (remote: string | undefined, flags: Flags) => {
      process.exitCode = await runShell(remote, flags);
    });
}

async function runShell(remote: string | undefined, flags: Flags): Promise<number> {
  if (flags.json || flags.jsonl) throw new UsageFault('--json is for the commands: shell -c "ls --json"');
  const { command, keepGoing = false, ...shared } = flags;
  // Nobody is left to read results.
  process.stdout.once('error', () => process.exit(0));
  if (command !== undefined)
    return await runScript(command.split('\n'), shared, { remote, keepGoing, name: '--command' });
  if (flags.passwordStdin) throw new UsageFault('--password-stdin: stdin holds the commands');
  if (process.stdin.isTTY && process.stdout.isTTY) return await new Terminal(shared).run(remote);
  return await runScript(linesOfInput(), shared, { remote, keepGoing, name: 'the script' });
}

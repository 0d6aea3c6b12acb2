import { Argument, Command } from 'commander';
import { readSites } from '../sites/sites-file.js';
import { COMPLETE_SITES } from './commands.js';
import { type CompletedCommand, bashScript, fishScript, zshScript } from './completion-scripts.js';

const EXAMPLES = `
Examples:
  source <(twinport completion bash)                                        in ~/.bashrc
  twinport completion zsh > "\${fpath[1]}/_twinport"                          once; then a new shell
  twinport completion fish > ~/.config/fish/completions/twinport.fish       once

Commands, options, their choices, files and names of sites are completed. Names on servers are not: twinport shell does that.`;

/** Its script is made from the commands that the program has. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .description('print a script that completes twinport’s command line in a shell')
    .addArgument(new Argument('<SHELL>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', EXAMPLES);
  return command.action((shell: 'bash' | 'zsh' | 'fish') => {
    const table = completedCommands(command.parent ?? command);
    const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
    process.stdout.write(scripts[shell](table));
  });
}

/** Names of sites, a line each: what the scripts ask for. */
export function completeSitesCommand(): Command {
  return new Command(COMPLETE_SITES).description('names of sites, for completion').action(() => {
    process.stdout.write(Array.from(readSites().keys(), (name) => `${name}:\n`).join(''));
  });
}

/** How arguments on a server are called in help. */
const REMOTE = /REMOTE|SOURCE|^A$|^B$/;
const LOCAL = /SOURCE|FILE|DIR|^A$|^B$/;

function completedCommands(program: Command): CompletedCommand[] {
  return program.commands.flatMap((command) =>
    command.name() === COMPLETE_SITES
      ? []
      : [completed(command, []), ...command.commands.map((each) => completed(each, [command.name()]))],
  );
}

function completed(command: Command, above: readonly string[]): CompletedCommand {
  const { registeredArguments } = command;
  const names = registeredArguments.map((argument) => argument.name());
  const help = command.createHelp();
  return {
    path: [...above, command.name()],
    about: command.description(),
    options: help.visibleOptions(command).map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      about: option.description,
      value: valueOf(option.required || option.optional, option.flags, option.argChoices),
    })),
    inner: command.commands.map((each) => each.name()),
    choices: registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    files: names.some((name) => LOCAL.test(name)),
    sites: names.some((name) => REMOTE.test(name)),
  };
}

function valueOf(
  taken: boolean,
  flags: string,
  choices: readonly string[] | undefined,
): CompletedCommand['options'][number]['value'] {
  if (!taken) return undefined;
  if (choices) return choices;
  return /<(?:FILE|DIR|CERT)/.test(flags) ? 'file' : 'text';
}

import { type Command, CommanderError, type Option } from 'commander';
import { UsageFault } from '../../daemon/usage-fault.js';
import { HERE, hosting } from '../command-host.js';
import { EXIT } from '../exit.js';
import { hostOf } from './shell-host.js';
import type { Shell } from './shell.js';
import type { Verb, VerbCall, VerbOption } from './verb.js';
import type { Word } from './words.js';

/** What belongs to opening a connection, and is settled by the time a command runs in it. */
const FOR_OPENING: ReadonlySet<string | undefined> = new Set([
  '--active',
  '--passive',
  '--active-ports',
  '--active-address',
  '--proxy',
  '--encoding',
  '--zone',
  '--timeout',
  '--retries',
  '--limit-rate',
  '--user',
  '--password-file',
  '--password-stdin',
  '--account',
  '--tls',
  '--insecure',
  '--ca',
  '--cert',
  '--key',
  '--pin',
]);

/** The arguments for a command of the command line, made from those of the shell's. */
export type Placing = (words: readonly Word[], call: PlacingCall) => string[] | Promise<string[]>;

export interface PlacingCall extends VerbCall {
  readonly background: boolean;
  readonly flags: Readonly<Record<string, unknown>>;
}

export interface CommandVerb extends Pick<
  Verb,
  'name' | 'brief' | 'changes' | 'usage' | 'help' | 'examples' | 'completes' | 'background'
> {
  readonly make: () => Command;
  readonly place: Placing;
  /** Without arguments it means this folder, where commander would ask for one. */
  readonly optional?: boolean;
  /** Its arguments make one line, in which nothing behind the first is an option. */
  readonly line?: boolean;
}

/** A verb that is a command of the command line, with its options, on the open server. */
export function commandVerb(row: CommandVerb): Verb {
  return {
    ...row,
    options: () => optionsOf(prepared(row)),
    details: () => prepared(row).helpInformation(),
    run: async (call) => await runHosted(row, call),
  };
}

function prepared({ make, name, usage, help }: CommandVerb): Command {
  const command = make().name(name).usage(usage).description(help);
  for (const option of command.options) if (isForOpening(option)) option.hideHelp();
  return command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
}

const isForOpening = (option: Option): boolean => FOR_OPENING.has(option.long);

function optionsOf(command: Command): VerbOption[] {
  return command.options
    .filter((option) => !option.hidden)
    .map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    }));
}

async function runHosted(row: CommandVerb, call: VerbCall): Promise<number> {
  const { shell, words, signal } = call;
  const command = prepared(row);
  const background = shell.jobOf(signal) !== undefined;
  command.hook('preAction', async () => {
    refuseOpening(command);
    const operands = operandWords(words, command.args);
    const stoodIn = row.optional === true && operands.length === 0;
    const flags: Readonly<Record<string, unknown>> = command.opts();
    const placed = stoodIn ? [HERE] : await row.place(operands, { ...call, background, flags });
    const [first] = command.registeredArguments;
    const [only, ...more] = placed;
    command.processedArgs = first?.variadic ? [placed] : row.line ? [only, more] : placed;
  });
  let code: number = EXIT.ok;
  const host = hostOf(shell, signal, (exitCode) => {
    code = exitCode;
  });
  try {
    await hosting(host, async () => {
      await command.parseAsync(argumentsFor(row, shell, words), { from: 'user' });
    });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageFault(`${row.name}: ${error.message.replace(/^error: /, '')} (help ${row.name})`, { cause: error });
  }
  return code;
}

function argumentsFor(row: CommandVerb, shell: Shell, words: readonly Word[]): string[] {
  const given = words.map(({ text }) => text);
  if (row.line) return [...shell.commonOptions, ...splitLine(given)];
  // Found out by a command of its own, as parsing leaves its mark.
  const { operands } = prepared(row).parseOptions(given);
  return [...shell.commonOptions, ...given, ...(row.optional && operands.length === 0 ? [HERE] : [])];
}

/** Options come first; for commander the remote, which `place` gives, stands before the line. */
function splitLine(given: readonly string[]): string[] {
  const found = given.findIndex((text) => !text.startsWith('-'));
  const first = found === -1 ? given.length : found;
  return [...given.slice(0, first), '--', HERE, ...given.slice(first)];
}

function refuseOpening(command: Command): void {
  for (const option of command.options) {
    if (isForOpening(option) && command.getOptionValueSource(option.attributeName()) === 'cli')
      throw new UsageFault(`${option.long ?? ''} is for twinport shell itself, or for open`);
  }
}

/** The words that are arguments: what is left when the options and their values are taken away, in order. */
function operandWords(words: readonly Word[], operands: readonly string[]): Word[] {
  const found: Word[] = [];
  let at = words.length;
  for (const operand of operands.toReversed()) {
    const last = words.findLastIndex(({ text }, index) => index < at && text === operand);
    if (last === -1) continue; // a stand-in
    at = last;
    found.unshift(words[last] ?? { text: operand, pattern: operand });
  }
  return found;
}

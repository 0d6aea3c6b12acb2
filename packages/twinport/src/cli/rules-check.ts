import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';
import { type Finding, RulesetFault, checkRuleset, parseRuleset } from '@twinport/ftp/firewall';
import { Command } from 'commander';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';
import { type CommandRun, runCommand } from './command-run.js';
import { EXIT } from './exit.js';
import { planOf } from './plan-flags.js';
import { type RulesFlags, addRulesOptions, requestOf } from './rules-flags.js';
import { refusedAsUsage } from './rules-refused.js';
import type { SharedFlags } from './shared-flags.js';

interface Flags extends Omit<SharedFlags, keyof RulesFlags>, RulesFlags {
  readonly diff?: boolean;
}

const EXAMPLES = `
Examples:
  nft -j list ruleset | twinport rules check - --config twinport.toml
  (iptables-save; ip6tables-save) | twinport rules check - --passive-ports 50000-50100 --diff
  twinport rules check ruleset.json --role client --helper

missing: FTP is stopped. ineffective: a rule that does nothing. wide: more gets through than FTP needs.
Exit codes: 0 nothing was found, 1 something was, 2 the file is no ruleset.`;

export function rulesCheckCommand(): Command {
  const command = new Command('check')
    .description('compare the rules of a machine with what FTP needs: what is missing, ineffective or too wide')
    .argument('<FILE>', 'what nft -j list ruleset prints, or iptables-save and ip6tables-save; - is stdin')
    .option('--diff', 'print the commands that put it right');
  return addRulesOptions(command)
    .option('--json', 'print one JSON object')
    .option('-q, --quiet', 'no messages')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: Flags) => runCommand(flags, 'findings', (run) => check(run, file, flags), 1));
}

async function check(run: CommandRun, file: string, flags: Flags): Promise<object> {
  const plan = await planOf(flags, flags.publicAddress);
  const ruleset = rulesetOf(file, await contentOf(file));
  const findings = refusedAsUsage(() => checkRuleset(ruleset, requestOf(plan, flags)));
  for (const finding of findings) {
    run.refused(EXIT.other);
    await run.out.item(finding, () => (flags.diff ? diffText(finding) : findingText(finding)));
  }
  if (findings.length === 0) run.screen.say('FTP gets through, and nothing else on its account');
  return { plan, language: ruleset.language };
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await textOfStream(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageFault(`cannot read ${file} (${errnoOf(error) ?? 'error'})`, { cause: error });
  }
}

function rulesetOf(file: string, content: string): ReturnType<typeof parseRuleset> {
  try {
    return parseRuleset(content);
  } catch (error) {
    if (error instanceof RulesetFault) throw new UsageFault(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function findingText({ kind, code, text, rule }: Finding): string {
  return `${kind.padEnd(11)}  ${code.padEnd(17)}  ${text}\n${rule === undefined ? '' : `${' '.repeat(13)}${rule}\n`}`;
}

/** Each change below why it is made. */
function diffText({ text, rule, remove, add }: Finding): string {
  const removed = remove.map((command) => `- ${command}${rule === undefined ? '' : `    # ${rule}`}\n`);
  return [`# ${text}\n`, ...removed, ...add.map((command) => `+ ${command}\n`)].join('');
}

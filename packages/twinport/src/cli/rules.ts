import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RULES_TARGETS, type RuleText, type RulesTarget, describePlan, renderRules } from '@twinport/ftp/firewall';
import { Argument, Command } from 'commander';
import { type CommandRun, runCommand } from './command-run.js';
import { planOf } from './plan-flags.js';
import { planOfServer } from './plan-of-server.js';
import { rulesCheckCommand } from './rules-check.js';
import { refusedAsUsage } from './rules-refused.js';
import { type RulesFlags, addRulesOptions, requestOf } from './rules-flags.js';
import type { SharedFlags } from './shared-flags.js';

interface Flags extends Omit<SharedFlags, keyof RulesFlags>, RulesFlags {
  readonly undo?: boolean;
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  twinport rules nftables --config twinport.toml > ftp.nft && nft -f ftp.nft
  twinport rules iptables --passive-ports 50000-50100 --tls --output rules
  twinport rules nftables --role router --server-nat --server-address 10.20.0.2 \\
      --client-interface wan --server-interface lan
  twinport rules ufw ftp://ftp.example.net        asks the server for its ports
  twinport rules nftables --undo                  what removes it again

Without --helper, --range, --active, --stateless and --pinholes: the range for a server, helper and range for clients.`;

export function rulesCommand(): Command {
  const command = new Command('rules')
    .description('print firewall rules for a server’s ports, each with what it is for and its risk')
    .addArgument(new Argument('<TARGET>').choices(RULES_TARGETS))
    .argument('[URL]', 'of a server, which is asked for its ports');
  return addRulesOptions(command)
    .option('--user <NAME>', 'log in as (default: the URL’s, or anonymous)')
    .option('--password-file <FILE>', 'read the password from the first line of a file')
    .option('--insecure', 'accept any certificate')
    .option('--undo', 'print what removes the rules again')
    .option('--output <DIR>', 'write the files there')
    .option('--json', 'print one JSON object')
    .option('-q, --quiet', 'no messages')
    .addHelpText('after', EXAMPLES)
    .addCommand(rulesCheckCommand())
    .action(async (target: RulesTarget, url: string | undefined, flags: Flags) =>
      runCommand(flags, 'texts', (run) => printRules(run, target, url, flags), 1),
    );
}

async function printRules(
  run: CommandRun,
  target: RulesTarget,
  url: string | undefined,
  flags: Flags,
): Promise<object> {
  const asked = url === undefined ? undefined : await planOfServer(url, flags, run.signal);
  const plan = await planOf(flags, flags.publicAddress, asked?.plan);
  const rules = refusedAsUsage(() => renderRules(target, requestOf(plan, flags)));
  const texts = flags.undo ? rules.undo : rules.texts;
  const warnings = [...(asked?.warnings ?? []), ...rules.warnings];
  for (const line of describePlan(plan)) run.screen.say(line);
  for (const warning of warnings) run.screen.say(`warning: ${warning}`);
  if (flags.output !== undefined) await write(flags.output, texts);
  for (const each of texts) {
    run.screen.say(`load ${each.name}: ${each.load}`);
    const heading = texts.length === 1 ? '' : `# ---- ${each.name}, loaded by: ${each.load}\n`;
    await run.out.item(each, () => (flags.output === undefined ? `${heading}${each.text}` : ''));
  }
  return { target, plan, warnings };
}

async function write(folder: string, texts: readonly RuleText[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, text } of texts) await writeFile(join(folder, name), text);
}

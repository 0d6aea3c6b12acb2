import { readFile } from 'node:fs/promises';
import type { Features } from '@twinport/ftp/firewall';
import { UsageFault } from '../daemon/usage-fault.js';
import {
  BROKEN_KINDS,
  DEFAULT_PORTS,
  PORTS_OF_SCENARIO,
  type Rules,
  VERIFY_KINDS,
  type ScenarioChoice,
  type ServerPorts,
  type VerifyTarget,
  checkMachine,
  installedTargets,
  scenariosOf,
  verify,
} from '../verify/index.js';
import { type CommandRun, runCommand } from './command-run.js';
import { EXIT } from './exit.js';
import { differenceText, tablesText, verdictLine, verdictRecord } from './verify-text.js';
import type { VerifyFlags } from './verify.js';

export async function runVerify(flags: VerifyFlags): Promise<void> {
  // Its --tls is about sessions that it makes itself.
  const { tls: _tls, ...shared } = flags;
  await runCommand(shared, 'cells', (run) => tryOut(run, flags));
}

async function tryOut(run: CommandRun, flags: VerifyFlags): Promise<object> {
  const { scenarios, leftOut } = scenariosOf(await choiceOf(flags));
  if (scenarios.length === 0) throw new UsageFault(`nothing is left to try: ${leftOut.join('; ')}`);
  for (const why of leftOut) run.screen.say(`left out: ${why}`);
  const started = performance.now();
  const choice = { families: flags.family, tls: flags.tls.map((each) => each === 'on') };
  let done = 0;
  const verdicts = await verify({ scenarios, choice, signal: run.signal }, (some) => {
    done += 1;
    if (flags.verbose) for (const each of some) run.screen.insist(verdictLine(each));
    if (run.screen.isTerminal) run.screen.draw([`${done} of ${scenarios.length} rulesets`]);
  });
  run.screen.clear();
  const differing = verdicts.filter(({ agrees }) => !agrees);
  if (run.out.format === 'text') await run.out.write(tablesText(verdicts, run.screen.paint));
  for (const each of verdicts) await run.out.item(verdictRecord(each), () => '');
  for (const each of differing) run.screen.insist(differenceText(each));
  const seconds = Math.round((performance.now() - started) / 1000);
  const count = differing.length === 0 ? 'each as predicted' : `${differing.length} otherwise than predicted`;
  run.screen.say(`${verdicts.length} cells, ${count}, in ${seconds} s`);
  if (differing.length > 0) run.refused(EXIT.other);
  return { differing: differing.length, seconds, leftOut };
}

async function choiceOf(flags: VerifyFlags): Promise<ScenarioChoice> {
  const targets = flags.target ?? (await installedTargets());
  await checkMachine(targets);
  return {
    targets,
    roles: flags.role,
    kinds: kindsOf(flags.kinds),
    nats: flags.nat,
    ports: portsOf(flags),
    ...(flags.rules && { own: await ownRules(flags, flags.rules, targets) }),
  };
}

function portsOf({ port: control, passivePorts: passive = DEFAULT_PORTS.passive }: VerifyFlags): ServerPorts {
  const fewest = PORTS_OF_SCENARIO + 2;
  if (passive.last - passive.first + 1 < fewest)
    throw new UsageFault(
      `--passive-ports: at least ${fewest}, for transfers that run at the same time, and two that stay idle`,
    );
  return { control, passive };
}

function kindsOf(names: readonly string[] = Object.keys(VERIFY_KINDS)): ScenarioChoice['kinds'] {
  return Object.fromEntries(
    names.map((name): [string, Features] => {
      const features = VERIFY_KINDS[name] ?? BROKEN_KINDS[name];
      if (!features) throw new UsageFault(`--kinds: there is no ${name}; see twinport verify --help`);
      return [name, features];
    }),
  );
}

const LOADERS: Readonly<Record<VerifyTarget, readonly string[]>> = {
  nftables: ['nft -f'],
  iptables: ['iptables-restore', 'ip6tables-restore'],
  ufw: [],
};

/** What is to be told of them: one target, one role, and one kind that they are to be like. */
async function ownRules(
  { role, kinds = [] }: VerifyFlags,
  files: readonly string[],
  [target = 'nftables', ...more]: readonly VerifyTarget[],
): Promise<Rules> {
  if (more.length > 0 || role.length > 1 || kinds.length !== 1)
    throw new UsageFault('--rules: say what they are, with one --target, one --role and one of --kinds');
  const loaders = LOADERS[target];
  if (files.length > loaders.length)
    throw new UsageFault(
      `--rules: with ${target} ${loaders.length === 0 ? 'there are none' : `at most ${loaders.length}`}`,
    );
  const texts = await Promise.all(
    files.map(async (file, index) => {
      const name = `own-rules-${index + 1}`;
      return { name, text: `${await readFile(file, 'utf8')}\n`, load: `${loaders[index]} ${name}` };
    }),
  );
  return { texts, undo: [] };
}

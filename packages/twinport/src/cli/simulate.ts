import { type NetworkPath, type PortPlan, type Timeline, WAYS, type Way, simulate } from '@twinport/ftp/firewall';
import { runCommand } from './command-run.js';
import type { SharedFlags } from './shared-flags.js';
import { Command, Option } from 'commander';
import { type PathFlags, addPathOptions, pathOf } from './path-flags.js';
import { type PlanFlags, addPlanOptions, planOf } from './plan-flags.js';

interface Flags extends Omit<SharedFlags, keyof PlanFlags>, PlanFlags, PathFlags {
  readonly family: 'ipv4' | 'ipv6';
}

/** One way of transferring, and what becomes of it. */
interface Prediction {
  readonly way: Way;
  readonly tls: boolean;
  readonly timeline: Timeline;
}

const EXAMPLES = `
Examples:
  twinport simulate --server-nat --server-firewall range --tls
  twinport simulate --client-nat --client-firewall helper --server-firewall helper --announce 203.0.113.2
  twinport simulate --config twinport.toml --server-firewall control --json | jq '.predictions[].outcome'

PASV stands for clients that believe the address in a 227, PASVi for those that ignore it, as curl and lftp do.
helper reads the commands (FTP helper, ALG); range has the passive ports open; stateless trusts the server's active port;
pinholes: the server opens each data connection by itself.`;

export function simulateCommand(): Command {
  const command = new Command('simulate').description(
    'predict which ways of transferring get through a path of NAT and firewalls, and why the others do not',
  );
  return addPlanOptions(addPathOptions(command))
    .addOption(new Option('--family <FAMILY>', 'of the addresses').choices(['ipv4', 'ipv6']).default('ipv4'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) =>
      runCommand(flags, 'predictions', async ({ out }) => {
        const plan = await planOf(flags, flags.announce);
        const path = pathOf(flags);
        const predictions = predict(plan, path, flags.family);
        if (out.format === 'text') await out.write(textOf(predictions));
        for (const each of predictions) await out.item(recordOf(each), () => '');
        return { plan, path };
      }),
    );
}

function predict(plan: PortPlan, path: NetworkPath, family: Flags['family']): Prediction[] {
  const sessions = plan.tls === 'none' ? [false] : plan.tls === 'implicit' ? [true] : [false, true];
  return WAYS.flatMap((way) =>
    sessions.map((tls) => ({ way, tls, timeline: simulate({ plan, path, way, tls, family }) })),
  );
}

function recordOf({ way, tls, timeline: { conclusion, places, steps } }: Prediction): object {
  return { way, tls, ...conclusion, places, steps };
}

function textOf(predictions: readonly Prediction[]): string {
  const rows = predictions.map(({ way, tls, timeline: { conclusion } }) => [
    way,
    tls ? 'TLS' : 'plain',
    conclusion.outcome,
    conclusion.cause ?? '',
  ]);
  const table = columns([['WAY', 'SESSION', 'OUTCOME', 'CAUSE'], ...rows]);
  const causes = new Map(predictions.map((each) => [each.timeline.conclusion.cause, each.timeline]));
  causes.delete(undefined);
  return `${table}${Array.from(causes.values(), explanation).join('')}`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Of one cause, with a timeline that it has ended. */
function explanation({ conclusion, places }: Timeline): string {
  const { cause, why, fix, seen, step, place, rule } = conclusion;
  const where =
    place === undefined
      ? ''
      : `  stopped  step ${step}, ${places[place]?.name ?? ''}${rule === undefined ? '' : `: ${rule}`}\n`;
  return `\n${cause}\n  seen     ${seen}\n${where}  why      ${why}\n${fix.map((each) => `  fix      ${each}\n`).join('')}`;
}

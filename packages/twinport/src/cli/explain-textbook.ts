import { type Timeline, type Way, simulate } from '@twinport/ftp/firewall';
import { Command, Option } from 'commander';
import { runCommand } from './command-run.js';
import { type DrawingFlags, addDrawingOptions, deliver, withFormat } from './drawing-output.js';
import { type PathFlags, addPathOptions, pathOf } from './path-flags.js';
import { type PlanFlags, addPlanOptions, planOf } from './plan-flags.js';
import { addResultOptions } from './shared-flags.js';

interface Flags extends Omit<DrawingFlags, keyof PlanFlags>, PlanFlags, PathFlags {
  readonly command: Way;
}

const WAYS_OF = {
  active: ['PORT', 'EPRT'],
  passive: ['EPSV', 'PASV'],
} as const satisfies Record<string, readonly Way[]>;

/** `explain active`, `explain passive`: as it would be with these ports and this path. */
export function textbookCommand(mode: keyof typeof WAYS_OF): Command {
  const [first, second] = WAYS_OF[mode];
  const command = new Command(mode)
    .description(`draw ${mode} mode, with your ports, NAT and firewalls`)
    .addOption(new Option('--command <NAME>', 'how the client asks for it').choices([first, second]).default(first));
  return addResultOptions(addDrawingOptions(addPlanOptions(addPathOptions(command)))).action(async (flags: Flags) =>
    runCommand(withFormat(flags), 'timelines', async (run) => deliver(run, [await textbook(flags)], flags)),
  );
}

/** What is drawn. */
export async function textbook(flags: Flags): Promise<Timeline> {
  const plan = await planOf(flags, flags.announce);
  return simulate({ plan, path: pathOf(flags), way: flags.command, tls: flags.tls !== undefined });
}

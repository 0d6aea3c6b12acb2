import { diagnoseMachine } from '@twinport/ftp/firewall';
import { UsageFault } from '../daemon/usage-fault.js';
import type { CommandRun } from './command-run.js';
import { findingText } from './doctor/report.js';
import { lookAtMachine } from './doctor/server-machine.js';
import { EXIT } from './exit.js';
import { type PlanFlags, planOf } from './plan-flags.js';
import type { SharedFlags } from './shared-flags.js';

export interface ServerFlags extends Pick<PlanFlags, 'config' | 'port' | 'passivePorts' | 'activePort'> {
  readonly publicAddress?: string;
}

/** `twinport doctor --server`: looks at the machine that a server runs on. */
export async function examineServer(run: CommandRun, flags: ServerFlags & Pick<SharedFlags, 'tls'>): Promise<object> {
  if (process.platform !== 'linux')
    throw new UsageFault('--server reads what Linux tells of its machine: run it there');
  const { tls, ...rest } = flags;
  if (rest.config === undefined && rest.passivePorts === undefined)
    throw new UsageFault('which ports does the server use? give --config FILE, or --passive-ports A-B');
  const secure = tls === 'explicit' || tls === 'implicit' ? { tls } : {};
  const plan = await planOf({ ...rest, ...secure }, flags.publicAddress);
  const { unread, ...machine } = await lookAtMachine(plan);
  for (const reason of unread) run.screen.insist(`twinport: could not be looked at: ${reason}`);
  const { works, findings } = diagnoseMachine(machine);
  const { paint } = run.screen;
  for (const finding of findings) await run.out.item(finding, () => findingText(finding, paint));
  if (findings.length === 0 && unread.length === 0)
    run.screen.say(
      'Nothing on this machine stops FTP. What is before it can be seen from a client: twinport doctor URL',
    );
  if (!works) run.refused(EXIT.dataConnection);
  else if (unread.length > 0) run.refused(EXIT.permission);
  else run.succeed();
  const { listeners, addresses, inContainer } = machine;
  return { works, plan, listeners, addresses, inContainer, unread };
}

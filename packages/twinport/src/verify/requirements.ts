import { execFile } from 'node:child_process';
import type { RulesTarget } from '@twinport/ftp/firewall';
import { UsageFault } from '../daemon/usage-fault.js';
import { Network } from './network.js';

/** Those whose rules can be loaded here. */
export const VERIFY_TARGETS = ['nftables', 'iptables', 'ufw'] as const satisfies readonly RulesTarget[];
export type VerifyTarget = (typeof VERIFY_TARGETS)[number];

/** What loads them. */
const PROGRAMS: Readonly<Record<VerifyTarget, readonly string[]>> = {
  nftables: ['nft'],
  iptables: ['iptables-restore', 'ip6tables-restore'],
  ufw: ['ufw'],
};

/** What is needed in any case: networks, and routers that translate. */
const NEEDED = ['ip', 'nft'];

/** Only root may. Looks like the system's own refusal. */
export class NotPermitted extends Error {
  override readonly name = 'NotPermitted';
  readonly code = 'EPERM';
}

export async function installedTargets(): Promise<readonly VerifyTarget[]> {
  const missing = await Promise.all(VERIFY_TARGETS.map((target) => missingOf(PROGRAMS[target])));
  return VERIFY_TARGETS.filter((_, index) => missing[index]?.length === 0);
}

/** Throws UsageFault, or NotPermitted, with what to change. */
export async function checkMachine(targets: readonly VerifyTarget[]): Promise<void> {
  if (process.platform !== 'linux')
    throw new UsageFault('verify builds its networks of Linux network namespaces: run it on Linux');
  // Before it looks for programs: they are where only root looks.
  if (process.geteuid?.() !== 0) throw new NotPermitted('verify makes network namespaces: run it as root');
  const missing = await missingOf([...NEEDED, ...targets.flatMap((target) => PROGRAMS[target])]);
  if (missing.length > 0) throw new UsageFault(`verify needs ${missing.join(', ')}: install what has it`);
  using network = new Network();
  await network.host('probe').catch((cause: unknown) => {
    throw new NotPermitted(
      'no network namespace can be made here, as in most containers: run it on a host or in a virtual machine',
      { cause },
    );
  });
}

async function missingOf(programs: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(programs.map(isInstalled));
  return programs.filter((_, index) => !found[index]);
}

function isInstalled(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['-V'], (error) => resolve(!(error && 'code' in error && error.code === 'ENOENT')));
  });
}

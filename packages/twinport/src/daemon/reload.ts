import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_LIMITS, OptionsFault } from '@twinport/ftp/server';
import { accountsOf, closeAccounts } from './accounts.js';
import { folder } from './folder.js';
import { settlePublicAddress } from './public-address.js';
import type { ServeOptions } from './serve-options.js';
import { type Started, certificateOf, tlsOptions } from './start.js';
import { UsageFault } from './usage-fault.js';

/** Options that a server keeps for as long as it runs, and their names in the file. */
const FOR_GOOD: readonly (readonly [keyof ServeOptions, string])[] = [
  ['host', 'host'],
  ['port', 'port'],
  ['activePort', 'activePort'],
  ['workers', 'workers'],
  ['zeroCopy', 'zeroCopy'],
  ['pinholes', '[firewall]'],
];
/** Milliseconds: who is logging in by the accounts of before may end that. */
const LAST_LOGIN_MS = 30_000;

/**
 * Has a running server take on other options: accounts and folders, the certificate, limits, passive ports, addresses and the greeting.
 * No session ends. Resolves to the names of what has changed and needs a restart. Throws UsageFault, and nothing has changed then.
 */
export async function reload(
  { server, zeroCopy }: Started,
  running: ServeOptions,
  wanted: ServeOptions,
): Promise<readonly string[]> {
  const { passivePorts, sharePassivePorts, advertisedPorts, greeting, users, anonymous, accountSources } = wanted;
  const directory = await folder(wanted.directory ?? '.');
  const certificate = await certificateOf(wanted);
  const { publicAddress } = await settlePublicAddress(wanted.publicAddress);
  const accounts = await accountsOf({ directory, users, anonymous, accountSources }, zeroCopy.zeroCopy);
  const before = server.options.accounts;
  try {
    const tls = certificate && tlsOptions(wanted, certificate, server.options.port ?? 0);
    const limits = { ...DEFAULT_LIMITS, ...wanted.limits };
    server.update({
      accounts,
      passivePorts,
      sharePassivePorts,
      advertisedPorts,
      publicAddress,
      greeting,
      limits,
      ...(tls && { tls }),
    });
  } catch (error) {
    await closeAccounts(accounts);
    if (error instanceof OptionsFault) throw new UsageFault(error.message, { cause: error });
    throw error;
  }
  setTimeout(() => void closeAccounts(before), LAST_LOGIN_MS).unref();
  const changed = FOR_GOOD.filter(([option]) => !isDeepStrictEqual(running[option], wanted[option]));
  const withoutTls = server.options.tls && !certificate ? ['[tls]'] : [];
  return [...changed.map(([, name]) => name), ...withoutTls];
}

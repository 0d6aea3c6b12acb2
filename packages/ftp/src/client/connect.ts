import type { CallOptions, Client } from './contract.js';
import { FtpClient } from './ftp-client.js';
import { FtpError } from './errors.js';
import type { ConnectOptions, PoolOptions } from './options.js';
import { settingsOf } from './settings.js';
import { parseFtpUrl } from './url.js';

const DEFAULT_CONNECTIONS = 4;

/** Logs in and returns a client over one connection. Rejects with FtpError, nothing being left open. */
export async function connect(to: string | URL | ConnectOptions, options: CallOptions = {}): Promise<Client> {
  const client = new FtpClient(settingsOf(optionsOf(to)), 1);
  try {
    await client.info(options);
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/** A client over several connections, each made when there is something to do for it. Throws FtpError USAGE. */
export function createPool(
  to: string | URL | ConnectOptions,
  { maxConnections = DEFAULT_CONNECTIONS }: PoolOptions = {},
): Client {
  if (!Number.isSafeInteger(maxConnections) || maxConnections < 1) {
    throw new FtpError('USAGE', `maxConnections: ${maxConnections} is not a whole number from 1 on`, {
      phase: 'usage',
    });
  }
  return new FtpClient(settingsOf(optionsOf(to)), maxConnections);
}

function optionsOf(to: string | URL | ConnectOptions): ConnectOptions {
  if (typeof to !== 'string' && !(to instanceof URL)) return to;
  return parseFtpUrl(to).options;
}

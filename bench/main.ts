import { compareClients } from './clients/compare.js';
import { USAGE, readOptions } from './options.js';
import { compareServers } from './servers.js';

async function main(stop: AbortController): Promise<void> {
  const options = readOptions(stop.signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = 130;
      stop.abort(); // which ends the measure that is being taken
    });
  }
  const text = await (options.clients ? compareClients(options) : compareServers(options));
  if (!stop.signal.aborted) process.stdout.write(text);
}

if (process.argv.includes('--help')) process.stdout.write(USAGE);
else await main(new AbortController());

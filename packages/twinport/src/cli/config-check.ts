import { Command } from 'commander';
import { ConfigFault, type Fault } from '../daemon/config/config-fault.js';
import { loadConfiguration } from '../daemon/config/config.js';
import { type ConfigFlags, addConfigOptions, sourcesOf } from './config-file.js';
import { EXIT } from './exit.js';

const EXAMPLES = `
Examples:
  twinport config check
  twinport config check --config /etc/twinport.toml --port 990

Exit code 0 where serve would start with it, as far as that can be told, and 2 where not. The options are those of serve.`;

export function configCheckCommand(): Command {
  const command = new Command('check').description('say everything that is wrong with the configuration');
  return addConfigOptions(command).addHelpText('after', EXAMPLES).action(check);
}

async function check(directory: string | undefined, flags: ConfigFlags): Promise<void> {
  const faults: readonly Fault[] = await loadConfiguration(sourcesOf(directory, flags)).then(
    () => [],
    (error: unknown) => {
      if (error instanceof ConfigFault && flags.json) return error.faults;
      throw error;
    },
  );
  if (!flags.json) process.stdout.write(`${flags.config} is right\n`);
  else process.stdout.write(`${JSON.stringify({ file: flags.config, faults })}\n`);
  if (faults.length > 0) process.exitCode = EXIT.usage;
}

import { Command } from 'commander';
import { configCheckCommand } from './config-check.js';
import { configImportCommand } from './config-import.js';
import { configInitCommand } from './config-init.js';
import { configShowCommand } from './config-show.js';

const EXAMPLES = `
Examples:
  twinport config init && twinport serve --config twinport.toml
  twinport config check --config /etc/twinport.toml
  twinport config import /etc/vsftpd.conf --output twinport.toml
  twinport config show --json | jq '.settings[] | select(.source.kind != "default")'`;

export function configCommand(): Command {
  return new Command('config')
    .description('write, check, show and import the configuration file of the server')
    .addHelpText('after', EXAMPLES)
    .addCommand(configInitCommand())
    .addCommand(configCheckCommand())
    .addCommand(configShowCommand())
    .addCommand(configImportCommand());
}

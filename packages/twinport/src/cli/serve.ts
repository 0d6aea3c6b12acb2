import { Command, Option } from 'commander';
import type { ServeFlags } from './run-serve.js';
import { addSettingOptions } from './serve-flags.js';

const EXAMPLES = `
Examples:
  twinport serve                                  this folder, for everybody, read-only
  twinport serve /srv/files --user ann:secret     ann may read and write
  twinport serve --user ann:secret --user guest:guest:ro --tls self-signed --require-tls
  twinport serve --passive-ports 50000-50100 --public-address 203.0.113.7
                                                  behind NAT: forward 21 and 50000-50100
  twinport config init && twinport serve --config twinport.toml
                                                  everything from a file

Without --user anybody may read (anonymous) and nobody may write.
With pinholes = "nftables" under [firewall] in the configuration file no range has to be open.
On port 990 TLS is implicit: it begins with the first byte.
Ctrl-C lets running transfers end; twice ends at once.`;

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve a folder over FTP, in active and passive mode')
    .argument('[DIR]', 'the folder to serve (default: the current one)');
  return addSettingOptions(command)
    .option('--config <FILE>', 'read settings from a TOML file; the environment wins over it, and options over both')
    .option('--trace', 'print both connections of every session as they happen, to stderr')
    .addOption(
      new Option('--log-format <FORMAT>', 'how log and trace on stderr read').choices(['text', 'json']).default('text'),
    )
    .option('--json', 'print one JSON object when ready')
    .option('--quiet', 'no log')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string | undefined, flags: ServeFlags) => {
      // The server is loaded for this command alone.
      const { serve } = await import('./run-serve.js');
      await serve(directory, flags);
    });
}

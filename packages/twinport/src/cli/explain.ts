import type { Command } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { isRemote } from '../sites/index.js';
import { type CommandRun, runCommand } from './command-run.js';
import { addDrawingOptions, withFormat } from './drawing-output.js';
import { type CaptureFlags, explainCaptures } from './explain-captures.js';
import { followInterface } from './explain-follow.js';
import { explainRemote } from './explain-remote.js';
import { textbookCommand } from './explain-textbook.js';
import { addSharedOptions, clientCommand, wholeNumber } from './shared-flags.js';

interface Flags extends CaptureFlags {
  readonly follow?: string;
}

const EXAMPLES = `
  twinport explain active                         how active mode works, and from which port to which
  twinport explain passive --passive-ports 50000-50100 --client-firewall helper --tls
  twinport explain ftp://ftp.example.net/ --passive
                                                  one listing, for real, and what happened
  twinport explain dump.pcap --session 3          what tcpdump has captured
  twinport explain client=a.pcap server=b.pcap --format html -o both-ends.html
  twinport explain get.log serve.log              what our own client and server tell of it, inside TLS too
  twinport explain --follow eth0                  what passes by, until Ctrl-C

PLACE is client, client-firewall, server-firewall or server; under another name, or without one, a capture is placed by
what is in it. Events are what serve --trace --log-format json and the client's --trace --jsonl write to stderr.
--follow runs tcpdump, which needs root.`;

export function explainCommand(): Command {
  const command = clientCommand('explain', 'draw both connections, step by step, and say why one fails', {
    examples: EXAMPLES,
  })
    .argument('[SOURCE...]', 'a remote, or captures and events: FILE, PLACE=FILE')
    .option('--session <N>', 'of several sessions in files, this one', wholeNumber)
    .option('--follow <IFACE>', 'capture on an interface, and draw what passes by');
  return addSharedOptions(addDrawingOptions(command))
    .action(async (sources: string[], flags: Flags) =>
      runCommand(withFormat(flags), 'timelines', (run) => explain(run, sources, flags), 1),
    )
    .addCommand(textbookCommand('active'))
    .addCommand(textbookCommand('passive'));
}

async function explain(run: CommandRun, sources: readonly string[], flags: Flags): Promise<object | void> {
  const [first, ...more] = sources;
  if (flags.follow !== undefined) {
    if (first !== undefined) throw new UsageFault('--follow captures by itself: give nothing else to explain');
    return await followInterface(run, flags.follow, flags);
  }
  if (first === undefined) throw new UsageFault('give active, passive, a remote, or files with captures or events');
  if (!isRemote(first)) return await explainCaptures(run, sources, flags);
  if (more.length > 0) throw new UsageFault('give one remote, and nothing beside it');
  return await explainRemote(run, first, flags);
}

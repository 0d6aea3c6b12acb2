import type { Reply } from '@twinport/ftp/protocol';
import type { Command } from 'commander';
import { printable } from '../daemon/printable.js';
import { type CommandRun, runCommand } from './command-run.js';
import { exitCodeOfReply } from './exit-code.js';
import { EXIT } from './exit.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';

interface Flags extends SharedFlags {
  readonly keepGoing?: boolean;
}

const EXAMPLES = `
  twinport raw ftp://ftp.example.net FEAT
  twinport raw ftp://ann@example.net 'CWD /pub' 'STAT .' 'SITE CHMOD 640 a.txt'

All commands go over one connection, in order, and the first that is refused (4yz, 5yz) ends it. The text of LIST, NLST and
MLSD is printed as lines of their reply; for files use cat, get and put.`;

export function rawCommand(): Command {
  const command = clientCommand('raw', 'send commands as they are, and print the replies', { examples: EXAMPLES })
    .argument('<REMOTE>')
    .argument('<COMMAND...>')
    .option('-k, --keep-going', 'go on after a command that is refused');
  return addSharedOptions(command).action(async (remote: string, commands: string[], flags: Flags) =>
    runCommand(flags, 'replies', (run) => sendAll(run, remote, commands, flags), 1),
  );
}

async function sendAll(run: CommandRun, text: string, commands: readonly string[], flags: Flags): Promise<void> {
  const { client } = await run.open(text);
  await client.session(
    async (session) => {
      for (const line of commands) {
        const reply = await session.command(line, { signal: run.signal });
        await run.out.item({ command: line, code: reply.code, lines: reply.lines }, () => replyText(reply));
        const code = exitCodeOfReply(reply);
        if (code !== EXIT.ok) run.refused(code);
        if (code !== EXIT.ok && !flags.keepGoing) return;
      }
    },
    { signal: run.signal },
  );
}

/** As it came: `NNN-` on all lines but the last. */
export function replyText({ code, lines }: Reply): string {
  const last = lines.length - 1;
  return lines.map((line, index) => `${code}${index < last ? '-' : ' '}${printable(line)}\n`).join('');
}

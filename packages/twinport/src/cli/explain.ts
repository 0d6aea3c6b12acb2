import type { Command } from 'commander';
import { textbookCommand } from './explain-textbook.js';
import { clientCommand } from './shared-flags.js';

const EXAMPLES = `
  twinport explain active                         how active mode works, and from which port to which
  twinport explain passive --passive-ports 50000-50100 --client-firewall helper --tls
  twinport explain passive --command PASV --server-nat --format html -o passive.html`;

export function explainCommand(): Command {
  return clientCommand('explain', 'draw both connections, step by step, and say why one fails', { examples: EXAMPLES })
    .enablePositionalOptions()
    .addCommand(textbookCommand('active'))
    .addCommand(textbookCommand('passive'));
}

import { padEndTo } from '../display-width.js';
import { EXIT } from '../exit.js';
import { atMost } from './place-verbs.js';
import type { Verb } from './verb.js';

/** `help` and `help NAME`, of a table that holds this row too. */
export function helpVerb(verbs: () => readonly Verb[], find: (name: string) => Verb): Verb {
  return {
    name: 'help',
    brief: 'this, or about one command',
    aliases: ['?'],
    usage: '[COMMAND]',
    help: 'list the commands, or explain one',
    completes: (index) => (index === 0 ? 'verb' : 'none'),
    async run({ words }) {
      atMost(words, 1, 'help');
      process.stdout.write(words[0] ? helpOf(find(words[0].text)) : overview(verbs()));
      return EXIT.ok;
    },
  };
}

const CELL = 39;
const NAME = 9;

const HINTS = `
help COMMAND explains one and shows its options. Tab completes commands, options
and names. Names with spaces: 'my file', "my file" or my\\ file.
A && B runs B after a success, A; B runs both. A & runs get, put, cp, mv, rm and
sync in the background. Ctrl-C stops a command. quit and bye are exit, too.
`;

/** Two columns, so that all of it can be seen at once. */
function overview(verbs: readonly Verb[]): string {
  const cells = verbs.map(({ name, brief }) => padEndTo(`${padEndTo(name, NAME)}${brief}`, CELL));
  const rows = Math.ceil(cells.length / 2);
  const lines = cells.slice(0, rows).map((cell, row) => `${cell} ${cells[rows + row] ?? ''}`.trimEnd());
  return `${lines.join('\n')}\n${HINTS}`;
}

function helpOf(verb: Verb): string {
  const { name, aliases = [], usage, help, examples } = verb;
  const also = aliases.length === 0 ? '' : `\nAlso: ${aliases.join(', ')}\n`;
  const text = verb.details?.() ?? `Usage: ${name} ${usage}`.trimEnd().concat(`\n\n${help}\n`);
  return `${text}${also}${examples === undefined ? '' : `\nExamples:\n${examples.replace(/^\n/, '').trimEnd()}\n`}`;
}

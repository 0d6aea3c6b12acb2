import { padEndTo } from '../display-width.js';
import { EXIT } from '../exit-code.js';
import { atMost } from './place-verbs.js';
import type { Verb } from './verb.js';

/** `help` and `help NAME`, of a table that holds this row too. */
export function helpVerb(groups: () => readonly Group[], find: (name: string) => Verb): Verb {
  return {
    name: 'help',
    aliases: ['?'],
    usage: '[COMMAND]',
    help: 'list the commands, or explain one',
    completes: (index) => (index === 0 ? 'verb' : 'none'),
    async run({ words }) {
      atMost(words, 1, 'help');
      process.stdout.write(words[0] ? helpOf(find(words[0].text)) : overview(groups()));
      return EXIT.ok;
    },
  };
}

export interface Group {
  readonly title: string;
  readonly verbs: readonly Verb[];
}

const NAMES_WIDTH = 16;

const HINTS = `COMMAND & runs get, put, cp, mv, rm and sync in the background; A && B runs B after a success;
A; B runs both; ! runs a command of this machine. Names with spaces: 'my file', "my file" or my\\ file.
Tab completes commands, options and names. help COMMAND explains one.
`;

function overview(groups: readonly Group[]): string {
  const sections = groups.map(({ title, verbs }) => {
    const lines = verbs.map(({ name, aliases = [], help }) => {
      const [short] = help.split(/[:;]/);
      return `  ${padEndTo([name, ...aliases].join(', '), NAMES_WIDTH)}${short}\n`;
    });
    return `${title}\n${lines.join('')}`;
  });
  return `${sections.join('')}${HINTS}`;
}

function helpOf(verb: Verb): string {
  const { name, aliases = [], usage, help, examples } = verb;
  const also = aliases.length === 0 ? '' : `\nAlso: ${aliases.join(', ')}\n`;
  const text = verb.details?.() ?? `Usage: ${name} ${usage}`.trimEnd().concat(`\n\n${help}\n`);
  return `${text}${also}${examples === undefined ? '' : `\nExamples:\n${examples.replace(/^\n/, '').trimEnd()}\n`}`;
}

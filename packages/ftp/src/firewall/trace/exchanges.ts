import {
  type Endpoint,
  type Reply,
  parseEprt,
  parseEpsvReply,
  parseHostPort,
  parsePasvReply,
  reply,
} from '../../protocol/index.js';
import type { Timeline } from '../rules/index.js';
import type { JoinedLine } from './align-lines.js';

/** The end of a reply. */
export interface SeenReply {
  readonly code: number;
  readonly line: JoinedLine;
}

/** A command and what was replied to it. */
export interface Exchange {
  readonly verb: string;
  /** Undefined when only the reply was seen. */
  readonly command: JoinedLine | undefined;
  readonly replies: readonly SeenReply[];
}

export type NegotiationCommand = Timeline['command'];

const NEGOTIATIONS: ReadonlySet<string> = new Set<NegotiationCommand>(['PORT', 'EPRT', 'PASV', 'EPSV']);
/** What the reply alone tells. */
const VERB_OF_REPLY: ReadonlyMap<number, NegotiationCommand> = new Map([
  [227, 'PASV'],
  [229, 'EPSV'],
]);

export function isNegotiation(verb: string): verb is NegotiationCommand {
  return NEGOTIATIONS.has(verb);
}

/** The text of a line where it is nearest to its sender. `anyText`: wherever it was seen. */
export function anyText({ seen }: JoinedLine): string {
  return seen.values().next().value?.text ?? '';
}

/** Which reply belongs to which command: in order, each but 1yz the last to its command. */
export function readExchanges(lines: readonly JoinedLine[]): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  const open: { readonly exchange: Exchange; readonly replies: SeenReply[] }[] = [];
  const add = (verb: string, command: JoinedLine | undefined): (typeof open)[number] => {
    const replies: SeenReply[] = [];
    const exchange = { verb, command, replies };
    exchanges.push(exchange);
    open.push({ exchange, replies });
    return { exchange, replies };
  };
  let inside: string | undefined;
  for (const line of lines) {
    const text = anyText(line);
    if (line.towards === 'server') {
      add(/^\w*/.exec(text)?.[0].toUpperCase() ?? '', line);
      continue;
    }
    const { code, ends, begins } = replyLine(text, inside);
    if (begins) inside = code;
    if (!ends || code === undefined) continue;
    inside = undefined;
    const number = Number(code);
    const verb = VERB_OF_REPLY.get(number);
    const answered = open[0] ?? (verb === undefined ? undefined : add(verb, undefined));
    answered?.replies.push({ code: number, line });
    if (answered && number >= 200) open.shift();
  }
  return exchanges;
}

/** RFC 959 §4.2: `123-` opens a reply of several lines, `123 ` with the same code ends it. */
function replyLine(
  text: string,
  inside: string | undefined,
): { code?: string | undefined; ends: boolean; begins: boolean } {
  const [, code, mark] = /^(\d{3})([ -]|…|$)/.exec(text) ?? [];
  if (code === undefined || (inside !== undefined && inside !== code)) return { ends: false, begins: false };
  return { code, ends: mark !== '-', begins: mark === '-' && inside === undefined };
}

/** Where the data connection is to go, as this text has it; undefined when it does not tell. `speaker`: who sends it. */
export function endpointIn(text: string, speaker: string): Endpoint | undefined {
  try {
    const [, verb = '', argument = ''] = /^(\w+) ?(.*?)…?$/.exec(text) ?? [];
    switch (verb.toUpperCase()) {
      case 'PORT':
        return parseHostPort(argument);
      case 'EPRT':
        return parseEprt(argument).endpoint;
      case '227':
        return parsePasvReply(replyOf(227, argument));
      case '229':
        return { host: speaker, port: parseEpsvReply(replyOf(229, argument)) };
      default:
        return undefined;
    }
  } catch {
    // Not as it should be: then nobody on the way can tell, either.
    return undefined;
  }
}

function replyOf(code: number, text: string): Reply {
  return reply(code, text);
}

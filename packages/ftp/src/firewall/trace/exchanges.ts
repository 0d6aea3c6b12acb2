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
const TRANSFERS: ReadonlySet<string> = new Set(['RETR', 'STOR', 'STOU', 'APPE', 'LIST', 'NLST', 'MLSD']);

/** What the reply alone tells. */
const VERB_OF_REPLY: ReadonlyMap<number, NegotiationCommand> = new Map([
  [227, 'PASV'],
  [229, 'EPSV'],
]);
const REPLIES_TO_TRANSFERS: ReadonlySet<number> = new Set([125, 150, 226, 425, 426]);

export function isTransfer(verb: string): boolean {
  return TRANSFERS.has(verb);
}

export function isNegotiation(verb: string): verb is NegotiationCommand {
  return NEGOTIATIONS.has(verb);
}

/** The text of a line where it is nearest to its sender. `anyText`: wherever it was seen. */
export function anyText({ seen }: JoinedLine): string {
  return seen.values().next().value?.text ?? '';
}

interface OpenExchange extends Exchange {
  readonly replies: SeenReply[];
}

/** Which reply belongs to which command: in order, each but 1yz the last to its command; of what was lost as much as can be told. */
export function readExchanges(lines: readonly JoinedLine[]): readonly Exchange[] {
  const open = new OpenExchanges();
  let inside: string | undefined;
  for (const line of lines) {
    const text = anyText(line);
    if (line.towards === 'server') {
      open.add(/^\w*/.exec(text)?.[0].toUpperCase() ?? '', line);
      continue;
    }
    const { code, ends, begins } = replyLine(text, inside);
    if (begins) inside = code;
    if (!ends || code === undefined) continue;
    inside = undefined;
    open.answer({ code: Number(code), line });
  }
  return open.all;
}

/** All exchanges; from one of them on they wait for replies. */
class OpenExchanges {
  readonly all: OpenExchange[] = [];
  #first = 0;
  /** Of transfers, PASV and EPSV, by their replies: where they are, and how many of those are before the first that waits. */
  readonly #places = new Map<string, { readonly all: number[]; passed: number }>();

  add(verb: string, command: JoinedLine | undefined): void {
    const kind = isTransfer(verb) ? TRANSFER : verb;
    const places = this.#places.get(kind) ?? { all: [], passed: 0 };
    this.#places.set(kind, places);
    places.all.push(this.all.length);
    this.all.push({ verb, command, replies: [] });
  }

  answer(answer: SeenReply): void {
    const { code } = answer;
    const verb = VERB_OF_REPLY.get(code);
    const answered = this.#next(REPLIES_TO_TRANSFERS.has(code) ? TRANSFER : verb);
    // Commands that others were answered before have had their replies lost.
    if (answered !== undefined) this.#first = answered;
    else if (verb !== undefined) {
      this.#first = this.all.length;
      this.add(verb, undefined);
    }
    this.all[this.#first]?.replies.push(answer);
    if (code >= 200 && this.#first < this.all.length) this.#first += 1;
  }

  /** Where the first of this kind is that waits. */
  #next(kind: string | undefined): number | undefined {
    const places = kind === undefined ? undefined : this.#places.get(kind);
    if (!places) return undefined;
    while ((places.all[places.passed] ?? Infinity) < this.#first) places.passed += 1;
    return places.all[places.passed];
  }
}

/** Which no verb is called. */
const TRANSFER = ' transfer';

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

/** One `machine` or `default` of a netrc file. */
export interface NetrcEntry {
  /** Undefined for `default`. */
  readonly machine: string | undefined;
  readonly login?: string;
  readonly password?: string;
  readonly account?: string;
}

/** What cannot be read as a netrc file. The message has the line, and nothing of its content. */
export class NetrcFault extends Error {
  override readonly name = 'NetrcFault';
  readonly code = 'NETRC';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

const FIELDS = ['login', 'password', 'account'] as const;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads a netrc file, as ftp(1) describes it and as curl has extended it: `machine NAME` or `default`, each with `login`,
 * `password` and `account`. Values may be in double quotes, in which `\"`, `\\`, `\n`, `\r` and `\t` stand for characters.
 * `#` begins a comment where a keyword could stand, so that a password may begin with it. `macdef` goes on to an empty
 * line and is skipped. Unknown words are skipped as well.
 */
export function parseNetrc(source: string): NetrcEntry[] {
  const entries: NetrcEntry[] = [];
  const reader = new TokenReader(source);
  for (let token = reader.keyword(); token !== undefined; token = reader.keyword()) {
    const word = token.quoted ? '' : token.text.toLowerCase();
    const field = FIELDS.find((each) => each === word);
    if (word === 'machine') entries.push({ machine: reader.value(token) });
    else if (word === 'default') entries.push({ machine: undefined });
    else if (word === 'macdef') reader.skipMacro();
    else if (field) {
      const entry = entries.pop();
      if (!entry) throw new NetrcFault(token.line, `${field} before any machine`);
      entries.push({ ...entry, [field]: reader.value(token) });
    }
  }
  return entries;
}

/** A netrc file that `parseNetrc` reads as the same. */
export function formatNetrc(entries: readonly NetrcEntry[]): string {
  const lines = entries.map((entry) => {
    const start = entry.machine === undefined ? 'default' : `machine ${quoted(entry.machine)}`;
    const fields = FIELDS.map((field) => (entry[field] === undefined ? '' : ` ${field} ${quoted(entry[field])}`));
    return `${start}${fields.join('')}\n`;
  });
  return lines.join('');
}

/**
 * The first entry for the host, whatever the case of its letters, and for the user where one is named; entries without a
 * login are for every user. `default` is for the hosts that no `machine` names.
 */
export function findNetrc(entries: readonly NetrcEntry[], host: string, user?: string): NetrcEntry | undefined {
  const named = entries.filter(({ machine }) => machine?.toLowerCase() === host.toLowerCase());
  const candidates = named.length > 0 ? named : entries.filter(({ machine }) => machine === undefined);
  return candidates.find(({ login }) => user === undefined || login === undefined || login === user);
}

class TokenReader {
  readonly #source: string;
  #at = 0;
  #line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  /** The next token, comments left out. */
  keyword(): Token | undefined {
    this.#take(/(?:\s|#[^\n]*)*/y);
    return this.#token();
  }

  value(of: Token): string {
    this.#take(/\s*/y);
    const token = this.#token();
    if (token === undefined) throw new NetrcFault(of.line, `${of.text.toLowerCase()} without a value`);
    return token.text;
  }

  /** Its name, and all lines up to an empty one. */
  skipMacro(): void {
    this.#take(/[^\n]*\n?(?:[^\n]*[^\s][^\n]*(?:\n|$))*/y);
  }

  #token(): Token | undefined {
    const line = this.#line;
    if (this.#source[this.#at] !== '"') {
      const text = this.#take(/\S*/y);
      return text === '' ? undefined : { text, line, quoted: false };
    }
    const text = this.#take(/"(?:[^"\\\n]|\\[^\n])*"/y);
    if (text === '') throw new NetrcFault(line, 'a quote that does not end on its line');
    const plain = text.slice(1, -1).replaceAll(/\\(.)/gs, (_pair, next: string) => ESCAPES[next] ?? next);
    return { text: plain, line, quoted: true };
  }

  /** What the sticky pattern matches here; '' where it does not. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    this.#at += text.length;
    this.#line += text.split('\n').length - 1;
    return text;
  }
}

function quoted(value: string): string {
  const escaped = value.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}

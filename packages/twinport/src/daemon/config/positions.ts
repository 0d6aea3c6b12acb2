/** Where a value stands in a table of tables: `['user', 0, 'name']`. */
export type Path = readonly (string | number)[];

const BARE_KEY = /[A-Za-z0-9_-]+/y;
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
/** A basic string on one line, its quotes included. */
const BASIC = /"(?:[^"\\]|\\.)*"/y;
const LITERAL = /'[^']*'/y;
/** Up to two quotes may stand right before the three that end it. */
const LONG_BASIC = /"""(?:[^\\]|\\[^])*?"""(?!")/y;
const LONG_LITERAL = /'''[^]*?'''(?!')/y;
/** A number, a boolean or a date. */
const SCALAR = /[^\s,\]}#](?:[^,\]}#\n]*[^\s,\]}#])?/y;

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001B' };

/** The line of each key and each element of an array of TOML text, from 1. The text must be such that a parser takes it. */
export class Positions {
  readonly #lines = new Map<string, number>();

  constructor(source: string) {
    new Scanner(source, (path, line) => {
      const key = JSON.stringify(path);
      if (!this.#lines.has(key)) this.#lines.set(key, line);
    }).document();
  }

  /** Where it was first named. */
  lineOf(path: Path): number | undefined {
    return this.#lines.get(JSON.stringify(path));
  }

  /** The same, or of what it belongs to: for what is missing. The file itself is on line 1. */
  nearestLineOf(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.lineOf(path.slice(0, length));
      if (line !== undefined) return line;
    }
    return 1;
  }
}

class Scanner {
  readonly #source: string;
  readonly #found: (path: Path, line: number) => void;
  /** How many elements each array of tables has so far. */
  readonly #tables = new Map<string, number>();
  #at = 0;
  #line = 1;
  #counted = 0;

  constructor(source: string, found: (path: Path, line: number) => void) {
    this.#source = source;
    this.#found = found;
  }

  document(): void {
    let table: Path = [];
    for (this.#skip(BLANK); this.#at < this.#source.length; this.#skip(BLANK)) {
      if (this.#takes('[')) table = this.#heading();
      else this.#pair(table);
    }
  }

  #heading(): Path {
    const isArray = this.#takes('[');
    const path = this.#key([]);
    this.#takes(']');
    if (!isArray) return path;
    this.#takes(']');
    const index = this.#tables.get(JSON.stringify(path)) ?? 0;
    this.#tables.set(JSON.stringify(path), index + 1);
    const element = [...path, index];
    this.#found(element, this.#lineNow());
    return element;
  }

  #pair(table: Path): void {
    const path = this.#key(table);
    this.#takes('=');
    this.#value(path);
  }

  /** `a."b".c`, each part of which is found; an array of tables stands for its last element, but at the end. */
  #key(table: Path): Path {
    const path = [...table];
    do {
      const count = this.#tables.get(JSON.stringify(path));
      if (count !== undefined) path.push(count - 1);
      path.push(this.#keyPart());
      this.#found(path, this.#lineNow());
    } while (this.#takes('.'));
    return path;
  }

  #keyPart(): string {
    this.#skip(BLANK);
    const quoted = this.#skip(BASIC);
    if (quoted !== '') return unescaped(quoted.slice(1, -1));
    const literal = this.#skip(LITERAL);
    return literal === '' ? this.#must(BARE_KEY) : literal.slice(1, -1);
  }

  #value(path: Path): void {
    if (this.#takes('[')) this.#array(path);
    else if (this.#takes('{')) this.#inlineTable(path);
    else
      void (
        this.#skip(LONG_BASIC) ||
        this.#skip(LONG_LITERAL) ||
        this.#skip(BASIC) ||
        this.#skip(LITERAL) ||
        this.#must(SCALAR)
      );
  }

  #array(path: Path): void {
    for (let index = 0; !this.#takes(']'); index += 1) {
      const element = [...path, index];
      this.#found(element, this.#lineNow());
      this.#value(element);
      this.#takes(',');
    }
  }

  #inlineTable(path: Path): void {
    while (!this.#takes('}')) {
      this.#pair(path);
      this.#takes(',');
    }
  }

  /** Whether `sign` comes next, which then is behind us, and so are the blanks in front of it and after it. */
  #takes(sign: string): boolean {
    this.#skip(BLANK);
    if (this.#source[this.#at] !== sign) return false;
    this.#at += 1;
    if (sign !== ']' && sign !== '}') this.#skip(BLANK);
    return true;
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [text = ''] = pattern.exec(this.#source) ?? [];
    this.#at += text.length;
    return text;
  }

  /** A text that no parser takes would keep us here for ever. */
  #must(pattern: RegExp): string {
    const text = this.#skip(pattern);
    if (text === '') throw new SyntaxError(`line ${this.#lineNow()} is not TOML`);
    return text;
  }

  #lineNow(): number {
    for (; this.#counted < this.#at; this.#counted += 1) if (this.#source[this.#counted] === '\n') this.#line += 1;
    return this.#line;
  }
}

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:x(\w{2})|u(\w{4})|U(\w{8})|(.))/g,
    (_, x?: string, u?: string, long?: string, sign = '') => {
      const code = x ?? u ?? long;
      return code === undefined ? (ESCAPES[sign] ?? String(sign)) : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}

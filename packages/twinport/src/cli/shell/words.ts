import { UsageFault } from '../../daemon/usage-fault.js';

/** Characters of a line that is taken. */
export const MAX_LINE_LENGTH = 16_384;

/** One word of a line, its quotes gone. */
export interface Word {
  readonly text: string;
  /** The same as a pattern: what was quoted stands for itself. */
  readonly pattern: string;
}

/** One command of a line, and what ends it: `;` goes on always, `&&` after a success, `&` without waiting. */
export interface Order {
  readonly words: readonly Word[];
  /** The line from `!` on: for the shell of this machine. */
  readonly local?: string;
  readonly end: ';' | '&&' | '&';
}

/** The last word of a line that is still being written. */
export interface OpenWord {
  /** Words of its command before it. */
  readonly before: readonly Word[];
  readonly word: Word;
  /** The quote that is still open. */
  readonly quote: '' | "'" | '"';
  /** As it is written, from its last slash on. */
  readonly written: string;
}

const SPACE = /[ \t]/;
const PATTERN = /[*?[]/;

/** Splits a line as POSIX shells quote: 'as it is', "as it is but for \\ \" ", and \x. Throws UsageFault on what is not finished. */
export function parseLine(line: string): Order[] {
  const lexer = new Lexer(line, false);
  lexer.run();
  if (lexer.quote !== '') throw new UsageFault(`a ${lexer.quote} is not closed`);
  if (lexer.escaped) throw new UsageFault('the line ends in a backslash');
  return lexer.finish();
}

/** What is being written at the end of a line. */
export function openWord(line: string): OpenWord {
  const lexer = new Lexer(line, true);
  lexer.run();
  const { before, word, quote, written } = lexer;
  return { before, word: word ?? { text: '', pattern: '' }, quote, written };
}

class Lexer {
  readonly #line: string;
  readonly #lenient: boolean;
  readonly #orders: Order[] = [];
  before: Word[] = [];
  word: Word | undefined;
  quote: '' | "'" | '"' = '';
  escaped = false;
  written = '';
  #at = 0;

  /** A lenient one forgives what cannot be run: the line is not finished yet. */
  constructor(line: string, lenient: boolean) {
    this.#lenient = lenient;
    if (line.length > MAX_LINE_LENGTH) throw new UsageFault(`a line has at most ${MAX_LINE_LENGTH} characters`);
    this.#line = line;
  }

  run(): void {
    while (this.#at < this.#line.length) this.#step(this.#line[this.#at++] ?? '');
  }

  #step(character: string): void {
    if (this.escaped) {
      this.escaped = false;
      // Between double quotes a backslash stands for itself before anything else.
      if (this.quote === '"' && !'"\\'.includes(character)) this.#add('\\', true);
      this.#add(character, true);
      this.#write(character);
    } else if (character === '\\' && this.quote !== "'") {
      this.escaped = true;
      this.word ??= { text: '', pattern: '' };
      this.#write(character);
    } else if (this.quote !== '') {
      if (character === this.quote) this.quote = '';
      else this.#add(character, true);
      this.#write(character);
    } else this.#plain(character);
  }

  #plain(character: string): void {
    if (character === "'" || character === '"') {
      this.quote = character;
      this.word ??= { text: '', pattern: '' };
      this.#write(character);
    } else if (SPACE.test(character)) this.#endWord();
    else if (character === '#' && !this.word) this.#at = this.#line.length;
    else if (character === '!' && !this.word && this.before.length === 0) this.#local();
    else if (character === ';') this.#endOrder(';');
    else if (character === '&') this.#ampersand();
    else {
      this.#add(character, false);
      this.#write(character);
    }
  }

  #ampersand(): void {
    if (this.#line[this.#at] !== '&') return this.#endOrder('&');
    this.#at++;
    this.#endOrder('&&');
  }

  /** All that follows is the other shell's to understand. */
  #local(): void {
    this.#orders.push({ words: [], local: this.#line.slice(this.#at).trim(), end: ';' });
    this.#at = this.#line.length;
  }

  #write(character: string): void {
    this.written = character === '/' ? '' : this.written + character;
  }

  #add(character: string, literal: boolean): void {
    const { text, pattern } = this.word ?? { text: '', pattern: '' };
    const escape = literal && PATTERN.test(character);
    this.word = { text: text + character, pattern: pattern + (escape ? `[${character}]` : character) };
  }

  #endWord(): void {
    if (this.word) this.before.push(this.word);
    this.word = undefined;
    this.written = '';
  }

  #endOrder(end: Order['end']): void {
    this.#endWord();
    if (this.before.length === 0) {
      if (!this.#lenient) throw new UsageFault(`there is no command before ${end}`);
      return;
    }
    this.#orders.push({ words: this.before, end });
    this.before = [];
  }

  finish(): Order[] {
    this.#endWord();
    if (this.before.length > 0) this.#orders.push({ words: this.before, end: ';' });
    else if (this.#orders.at(-1)?.end === '&&') throw new UsageFault('there is no command after &&');
    return this.#orders;
  }
}

const SPECIAL = /[\s'"\\;&#!*?[\]$`|<>(){}~]/g;

/** A name as it has to be written, in quotes where that is needed. */
export function quoteWord(text: string): string {
  if (text !== '' && text.search(SPECIAL) === -1) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A name as it goes on inside a word: within the quote that is open there, or with backslashes. */
export function escapeName(name: string, quote: OpenWord['quote']): string {
  if (quote === "'") return name.replaceAll("'", String.raw`'\''`);
  if (quote === '"') return name.replaceAll(/["\\]/g, String.raw`\$&`);
  return name.replaceAll(SPECIAL, String.raw`\$&`);
}

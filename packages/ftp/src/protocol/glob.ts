import { SyntaxFault } from './syntax-fault.js';

/** UTF-16 units a pattern may have: a name of full length with every character escaped fits. */
export const MAX_GLOB_LENGTH = 1024;

const ANY = -1;
const STAR = -2;

/** `[a-z]`: pairs of first and last code point. */
interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly number[];
}

/** A code point, ANY, STAR or a set. */
type Token = number | CharacterSet;

/**
 * A shell pattern for one component of a path: `*`, `?`, `[a-z]`, `[!x]` and `\x` for a literal `x`; braces are ordinary.
 * A name with a leading dot matches only a pattern that begins with a dot. Case matters. A `[` that nothing closes is literal.
 * Matching remembers the last star only, so it takes at most (name length x pattern length) steps, whatever the pattern.
 */
export class Glob {
  readonly #tokens: readonly Token[];
  #steps = 0;

  /** Throws SyntaxFault('glob') on a pattern longer than MAX_GLOB_LENGTH. */
  constructor(pattern: string) {
    if (pattern.length > MAX_GLOB_LENGTH) {
      throw new SyntaxFault('glob', `A pattern has at most ${MAX_GLOB_LENGTH} characters`);
    }
    this.#tokens = new GlobScanner(pattern).scan();
  }

  /** Comparisons made so far, over all calls of `matches`: the work a caller may charge for. */
  get steps(): number {
    return this.#steps;
  }

  matches(name: string): boolean {
    const tokens = this.#tokens;
    if (name.startsWith('.') && tokens[0] !== DOT) return false;
    let at = 0;
    let next = 0;
    let starAt = -1;
    let starNext = 0;
    while (at < name.length) {
      const point = name.codePointAt(at) ?? 0;
      const token = tokens[next];
      this.#steps++;
      if (token === STAR) {
        starAt = at;
        starNext = ++next;
      } else if (token !== undefined && accepts(token, point)) {
        at += unitsOf(point);
        next++;
      } else if (starAt !== -1) {
        // The last star takes one character more. An earlier star never needs to: it has already found its shortest match.
        starAt += unitsOf(name.codePointAt(starAt) ?? 0);
        at = starAt;
        next = starNext;
      } else {
        return false;
      }
    }
    while (tokens[next] === STAR) next++;
    return next === tokens.length;
  }
}

/** Whether a text holds a wildcard; if not, it is a plain name, backslashes and all. Never throws. */
export function isGlob(text: string): boolean {
  return new GlobScanner(text).scan().some((token) => typeof token !== 'number' || token < 0);
}

/** The one name that a pattern without wildcards matches, its escapes taken away; undefined where it has wildcards. Never throws. */
export function literalName(pattern: string): string | undefined {
  const points = new GlobScanner(pattern).scan().filter((token) => typeof token === 'number');
  return isGlob(pattern) ? undefined : String.fromCodePoint(...points);
}

const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const DOT = 0x2e;
const EXCLAMATION = 0x21;
const OPEN = 0x5b;
const QUESTION = 0x3f;
const ASTERISK = 0x2a;

function unitsOf(point: number): number {
  return point > 0xffff ? 2 : 1;
}

function accepts(token: Token, point: number): boolean {
  if (typeof token === 'number') return token === point || token === ANY;
  const { ranges, negated } = token;
  for (let at = 0; at < ranges.length; at += 2) {
    if (point >= (ranges[at] ?? 0) && point <= (ranges[at + 1] ?? 0)) return !negated;
  }
  return negated;
}

/** Reads a pattern once, from left to right. */
class GlobScanner {
  readonly #text: string;
  #at = 0;
  /** Set when a `[` found no `]`: a later one cannot find any either, so that many `[` stay linear. */
  #unclosed = false;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): Token[] {
    const tokens: Token[] = [];
    while (this.#at < this.#text.length) {
      const point = this.#take();
      if (point === ASTERISK) {
        if (tokens.at(-1) !== STAR) tokens.push(STAR);
      } else if (point === QUESTION) tokens.push(ANY);
      else if (point === OPEN) tokens.push(this.#set() ?? OPEN);
      else tokens.push(this.#unescape(point));
    }
    return tokens;
  }

  #peek(): number | undefined {
    return this.#text.codePointAt(this.#at);
  }

  #take(): number {
    const point = this.#peek() ?? 0;
    this.#at += unitsOf(point);
    return point;
  }

  /** A backslash at the end of the pattern stands for itself. */
  #unescape(point: number): number {
    return point === BACKSLASH && this.#at < this.#text.length ? this.#take() : point;
  }

  /** What follows a `[`; undefined, and nothing taken, when it is never closed. A `]` that comes first is literal. */
  #set(): CharacterSet | undefined {
    if (this.#unclosed) return undefined;
    const start = this.#at;
    const negated = this.#peek() === EXCLAMATION || this.#peek() === CARET;
    if (negated) this.#take();
    const ranges: number[] = [];
    while (this.#at < this.#text.length) {
      const point = this.#take();
      if (point === CLOSE && ranges.length > 0) return { negated, ranges };
      const first = this.#unescape(point);
      ranges.push(first, this.#rangeEnd() ?? first);
    }
    this.#unclosed = true;
    this.#at = start;
    return undefined;
  }

  /** The last character of `a-z`, when a range goes on here; the dash of `[a-]` is literal. */
  #rangeEnd(): number | undefined {
    if (this.#peek() !== DASH) return undefined;
    const after = this.#text.codePointAt(this.#at + 1);
    if (after === undefined || after === CLOSE) return undefined;
    this.#take();
    return this.#unescape(this.#take());
  }
}

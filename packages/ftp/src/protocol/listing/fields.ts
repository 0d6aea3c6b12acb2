const SPACE = 0x20;
const TAB = 0x09;

/** The words of a line, found once and cut out when asked for. What comes after the first `limit` words is not looked at. */
export class Fields {
  readonly line: string;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(line: string, from: number, limit: number) {
    this.line = line;
    let at = from;
    while (this.#starts.length < limit) {
      while (isBlank(line.charCodeAt(at))) at += 1;
      if (at >= line.length) break;
      this.#starts.push(at);
      while (at < line.length && !isBlank(line.charCodeAt(at))) at += 1;
      this.#ends.push(at);
    }
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Empty beyond the last word. */
  text(index: number): string {
    return this.line.slice(this.start(index), this.end(index));
  }

  start(index: number): number {
    return this.#starts[index] ?? this.line.length;
  }

  end(index: number): number {
    return this.#ends[index] ?? this.line.length;
  }

  /** What follows a word and one blank, with all its spaces: a name may begin and end with them. */
  after(index: number): string {
    return this.line.slice(this.end(index) + 1);
  }
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Whether a text is nothing but decimal digits. */
export function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text !== '';
}

/** A number of octets or links; undefined when it is none, or not exact in JavaScript. */
export function parseCount(text: string): number | undefined {
  if (!isDigits(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

import { maskText } from '../protocol/index.js';

/** Characters of a line that are kept. */
const LONGEST_LINE = 300;

/** The last lines of a session, secrets masked: what an error shows of how it came to be. */
export class Transcript {
  readonly #lines: { readonly direction: 'in' | 'out'; readonly text: string }[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** `text` has its secrets masked already. */
  add(direction: 'in' | 'out', text: string): void {
    this.#lines.push({ direction, text: text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)} …` : text });
    if (this.#lines.length > this.#most) this.#lines.shift();
  }

  get lines(): readonly string[] {
    return this.#lines.map(({ direction, text }) => `${direction === 'in' ? '<' : '>'} ${maskText(text)}`);
  }
}

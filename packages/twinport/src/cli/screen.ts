import { printable } from '../daemon/printable.js';
import { displayWidth, wrapWords } from './display-width.js';
import { rowsOf } from './progress/layout.js';
import { type Paint, paintFor, unpainted } from './style.js';

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export interface ScreenFlags {
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** What `Screen` needs of a stream: process.stderr has it. */
export interface ScreenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Everything that goes to stderr: messages, and on a terminal a block of lines below them that is drawn again and again. */
export class Screen {
  readonly paint: Paint;
  readonly quiet: boolean;
  readonly #stream: ScreenStream;
  /** Cells of each line of the block that stands there. */
  #drawn: readonly number[] = [];

  constructor(stream: ScreenStream, flags: ScreenFlags, env: NodeJS.ProcessEnv = process.env) {
    this.#stream = stream;
    this.quiet = flags.quiet ?? false;
    this.paint = paintFor(stream, flags, env);
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return this.#stream.columns ?? DEFAULT_COLUMNS;
  }

  get rows(): number {
    return this.#stream.rows ?? DEFAULT_ROWS;
  }

  /** A message; not with --quiet. Names in it may hold anything: what is no text becomes visible. */
  say(line: string): void {
    if (!this.quiet) this.insist(printable(line));
  }

  /** A line that --quiet does not suppress: errors, and what was asked for by an option. */
  insist(line: string): void {
    const lines = this.isTerminal ? wrapWords(line, this.columns, unpainted) : [line];
    this.#stream.write(`${this.#erase()}${lines.join('\n')}\n`);
    this.#drawn = [];
  }

  /** Replaces the block. Lines are as long as the terminal is wide at most. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    this.#stream.write(`${this.#erase()}${text}`);
    this.#drawn = lines.map((line) => displayWidth(unpainted(line)));
  }

  clear(): void {
    if (this.#drawn.length > 0) this.#stream.write(this.#erase());
    this.#drawn = [];
  }

  /** Goes up to the block's first row, as the terminal shows it now, and clears from there to the end. */
  #erase(): string {
    if (this.#drawn.length === 0) return '';
    return `\u001b[${rowsOf(this.#drawn, this.columns)}A\r\u001b[J`;
  }
}

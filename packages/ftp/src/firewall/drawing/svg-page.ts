import { element, escapeMarkup } from './markup.js';
import { wrap } from './text-row.js';

export type Anchor = 'start' | 'middle' | 'end';

/** How wide a character is, as a part of its height: wide enough for the fonts that there may be. */
const CHARACTER_WIDTH = { words: 0.54, wire: 0.61 } as const;

/** The classes of text. */
export interface TextStyle {
  readonly font: keyof typeof CHARACTER_WIDTH;
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
  /** On top of lines, which it keeps at a distance. */
  readonly over?: boolean;
}

/** What has been drawn so far, from the top down. */
export class SvgPage {
  readonly width: number;
  /** How far down it goes. */
  y = 0;
  readonly #parts: string[] = [];

  constructor(width: number) {
    this.width = width;
  }

  get body(): string {
    return this.#parts.join('\n');
  }

  add(name: string, attributes: Readonly<Record<string, string | number>>): void {
    this.#parts.push(element(name, attributes));
  }

  /** Below all that has been drawn before. */
  addBehind(name: string, attributes: Readonly<Record<string, string | number>>): void {
    this.#parts.unshift(element(name, attributes));
  }

  line(x: number, baseline: number, text: string, style: TextStyle, anchor: Anchor = 'start'): void {
    const { font, size, colour, bold, over } = style;
    const attributes = {
      x,
      y: baseline,
      class: over ? `${font} over` : font,
      'font-size': size,
      fill: `var(--${colour})`,
      'text-anchor': anchor,
    };
    this.#parts.push(element('text', bold ? { ...attributes, 'font-weight': 700 } : attributes, escapeMarkup(text)));
  }

  /** Whole words a line, below what is there. */
  paragraph(x: number, room: number, text: string, style: TextStyle, anchor: Anchor = 'start'): void {
    for (const line of linesOf(text, room, style)) {
      this.y += lineHeight(style);
      this.line(x, this.y - style.size * 0.35, line, { ...style, over: true }, anchor);
    }
  }
}

export const lineHeight = ({ size }: TextStyle): number => Math.round(size * 1.45);

export function linesOf(text: string, room: number, { font, size }: TextStyle): string[] {
  const cells = Math.max(4, Math.floor(room / (CHARACTER_WIDTH[font] * size)));
  return wrap([{ text }], cells).map((line) => line.map((span) => span.text).join(''));
}

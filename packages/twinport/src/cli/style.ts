/** What may be set apart on a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'cyan' | 'magenta';
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  cyan: [36, 39],
  magenta: [35, 39],
};

export const plain: Paint = (_style, text) => text;

const ESCAPE = '\u001b';
const PAINTED = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');

const coloured: Paint = (style, text) => {
  const [on, off] = CODES[style];
  return text === '' ? '' : `${ESCAPE}[${on}m${text}${ESCAPE}[${off}m`;
};

/** Without what `Paint` has put around. */
export function unpainted(text: string): string {
  return text.replaceAll(PAINTED, '');
}

/** Colour for a terminal that can show it, unless NO_COLOR (no-color.org) or `--no-color` says otherwise. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  flags: { readonly color?: boolean },
  env: NodeJS.ProcessEnv,
): Paint {
  const wanted = flags.color !== false && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return stream.isTTY === true && wanted ? coloured : plain;
}

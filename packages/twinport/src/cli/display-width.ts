/** Made when it is needed: that takes as long as a dozen modules. */
let segmenter: Intl.Segmenter | undefined;
const NARROW_ONLY = /^[\x20-\x7e]*$/;
/** What terminals draw over two cells: East Asian wide and fullwidth blocks, and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const widthOf = (grapheme: string): number => (WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1);

/** Cells that a text takes on a terminal, what a reader sees as one character counted once. Expects no control characters. */
export function displayWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  return graphemesOf(text).reduce((width, grapheme) => width + widthOf(grapheme), 0);
}

/** Filled with spaces up to a width. */
export function padEndTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** At most so many cells: the middle gives way to `…`, so that both the folder and the extension stay. */
export function shortenMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  const graphemes = graphemesOf(text);
  const tail = take(graphemes.toReversed(), Math.ceil((width - 1) / 2)).toReversed();
  const head = take(graphemes, width - 1 - displayWidth(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

/** At most so many cells, cut off at the end. */
export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return take(graphemesOf(text), width).join('');
}

/** Broken at blanks into lines of less than so many cells, those behind the first set in. `bare` leaves out what takes no cell. */
export function wrapWords(text: string, columns: number, bare: (text: string) => string = (same) => same): string[] {
  if (displayWidth(bare(text)) < columns) return [text];
  const indent = `${/^ */.exec(text)?.[0] ?? ''}  `;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S)(?= )/)) {
    const breaks = /\S/.test(line) && displayWidth(bare(line + word)) >= columns;
    if (breaks) lines.push(line);
    line = breaks ? indent + word.trimStart() : line + word;
  }
  return [...lines, line];
}

function take(graphemes: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const grapheme of graphemes) {
    left -= widthOf(grapheme);
    if (left < 0) break;
    taken.push(grapheme);
  }
  return taken;
}

import { formatRate, formatSize, formatTimeLeft } from '../amounts.js';
import { cutEnd, displayWidth, padEndTo, shortenMiddle } from '../display-width.js';
import { type Paint, plain } from '../style.js';

/** One file on its way. */
export interface FileProgress {
  readonly name: string;
  readonly octets: number;
  readonly total: number | undefined;
  /** Octets a second. */
  readonly rate: number;
}

/** All of a command's files together. */
export interface TotalProgress {
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly octets: number;
  /** Undefined while sizes are missing. */
  readonly total: number | undefined;
  readonly rate: number;
  /** `passive EPSV`; undefined before the first data connection. */
  readonly dataPath: string | undefined;
}

const WIDTHS = { percent: 4, size: 8, rate: 10, left: 8 } as const;
/** From these widths of the terminal on there is room for a column, besides the name. */
const FROM = { percent: 12, rate: 28, left: 40, size: 50, bar: 64, wideBar: 100 } as const;
const BAR = 12;
const WIDE_BAR = 24;

/** Percent, rounded down: 100 is for what is complete. Undefined where the total is. */
export function percentOf(octets: number, total: number | undefined): number | undefined {
  if (total === undefined) return undefined;
  return total === 0 ? 100 : Math.min(100, Math.floor((octets / total) * 100));
}

/** One line, narrower than the terminal by one cell: in the last one some terminals wrap. */
export function fileLine(file: FileProgress, columns: number, paint: Paint = plain): string {
  const width = Math.max(0, columns - 1);
  const percent = percentOf(file.octets, file.total);
  const cells = [
    [FROM.percent, (percent === undefined ? '' : `${percent}%`).padStart(WIDTHS.percent)],
    [FROM.size, formatSize(file.octets).padStart(WIDTHS.size)],
    [FROM.rate, formatRate(file.rate).padStart(WIDTHS.rate)],
    [FROM.left, timeLeft(file).padStart(WIDTHS.left)],
  ] as const;
  const figures = cells.flatMap(([from, text]) => (columns >= from ? [` ${text}`] : [])).join('');
  const barWidth = columns >= FROM.wideBar ? WIDE_BAR : columns >= FROM.bar ? BAR : 0;
  const nameWidth = width - figures.length - (barWidth === 0 ? 0 : barWidth + 3);
  const name = padEndTo(shortenMiddle(file.name, nameWidth), nameWidth);
  return `${name}${barWidth === 0 ? '' : ` [${bar(percent, barWidth, paint)}]`}${figures}`;
}

function bar(percent: number | undefined, width: number, paint: Paint): string {
  const filled = Math.floor(((percent ?? 0) / 100) * width);
  return `${paint('cyan', '#'.repeat(filled))}${(percent === undefined ? '?' : ' ').repeat(width - filled)}`;
}

function timeLeft({ octets, total, rate }: { octets: number; total: number | undefined; rate: number }): string {
  if (total === undefined) return '--:--';
  return octets >= total ? '0:00' : formatTimeLeft(rate > 0 ? (total - octets) / rate : Infinity);
}

/** The last line: what does not fit is left out, the least needed first. */
export function totalLine(total: TotalProgress, columns: number, paint: Paint = plain): string {
  const percent = percentOf(total.octets, total.total);
  const parts: { readonly text: string; readonly need: number }[] = [
    { text: `${total.filesDone}/${total.filesTotal} files`, need: 5 },
    ...(percent === undefined ? [] : [{ text: `${percent}%`, need: 6 }]),
    { text: sizes(total), need: 2 },
    { text: formatRate(total.rate), need: 4 },
    { text: `${timeLeft(total)} left`, need: 3 },
    ...(total.dataPath === undefined ? [] : [{ text: total.dataPath, need: 1 }]),
  ];
  const width = Math.max(0, columns - 1);
  const line = (): string => parts.map(({ text }) => text).join('  ');
  while (parts.length > 1 && displayWidth(line()) > width) {
    const least = parts.reduce((found, part) => (part.need < found.need ? part : found));
    parts.splice(parts.indexOf(least), 1);
  }
  return paint('bold', cutEnd(line(), width));
}

const sizes = ({ octets, total }: TotalProgress): string =>
  total === undefined ? formatSize(octets) : `${formatSize(octets)} of ${formatSize(total)}`;

/** Rows that lines take on a terminal of this width, for instance after it has been made narrower. */
export function rowsOf(widths: readonly number[], columns: number): number {
  return widths.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / Math.max(1, columns))), 0);
}

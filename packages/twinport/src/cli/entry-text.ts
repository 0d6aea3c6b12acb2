import type { RemoteEntry } from '@twinport/ftp/client';
import type { ListedTime } from '@twinport/ftp/protocol';
import { printable } from '../daemon/printable.js';
import { formatSize } from './amounts.js';
import { displayWidth, padEndTo } from './display-width.js';
import { formatMode } from './entry-record.js';
import { type Paint, plain } from './style.js';

/** How names are written. */
export interface NameStyle {
  readonly paint: Paint;
  /** For a terminal: control characters become visible. Elsewhere names are given as they are. */
  readonly escape: boolean;
}

export const RAW_NAMES: NameStyle = { paint: plain, escape: false };

/** What `ls` calls a type, and `find --type` too. */
export const TYPE_LETTERS = { file: 'f', directory: 'd', link: 'l', other: 'o' } as const;

export function nameText(entry: RemoteEntry, style: NameStyle, name: string = entry.name): string {
  const text = style.escape ? printable(name) : name;
  if (entry.type === 'directory') return style.paint('bold', text);
  return entry.type === 'link' ? style.paint('cyan', text) : text;
}

const DATE_WIDTH = '2026-01-02 03:04:05Z'.length;

/** As exactly as the server says it: `2026-01-02 03:04:05Z`, without seconds or time of day where it does not, without Z where the zone is its own. */
export function timeText({ at, precision, zone }: ListedTime): string {
  const iso = at.toISOString();
  const time = { millisecond: 19, second: 19, minute: 16, day: 10 }[precision];
  return `${iso.slice(0, time).replace('T', ' ')}${zone === 'utc' && precision !== 'day' ? 'Z' : ''}`;
}

export interface LongStyle extends NameStyle {
  /** Sizes as `3.4 MiB`. */
  readonly human: boolean;
  readonly sizeWidth: number;
}

const HUMAN_WIDTH = '1023 KiB'.length;
const MIN_SIZE_WIDTH = 10;

/** As wide as the widest, so that the columns of one listing are straight. */
export function sizeWidthOf(entries: readonly RemoteEntry[], human: boolean): number {
  if (human) return HUMAN_WIDTH;
  return entries.reduce((width, { size }) => Math.max(width, String(size ?? '').length), MIN_SIZE_WIDTH);
}

/** The one format for every server: type, mode, size, time, name; `-` is what the server does not say. */
export function longLine(entry: RemoteEntry, style: LongStyle, name: string = entry.name): string {
  const { type, mode, size, modified, target } = entry;
  const octets = size === undefined || type === 'directory' ? '-' : style.human ? formatSize(size) : String(size);
  const link = target === undefined ? '' : ` -> ${style.escape ? printable(target) : target}`;
  return [
    TYPE_LETTERS[type],
    (mode === undefined ? '-' : formatMode(mode)).padStart(4),
    octets.padStart(style.sizeWidth),
    (modified ? timeText(modified) : '-').padEnd(DATE_WIDTH),
    `${nameText(entry, style, name)}${link}`,
  ].join(' ');
}

const GAP = 2;

/** Names side by side, sorted downwards, as `ls` shows them on a terminal. `shown` may hold colours, `names` not. */
export function inColumns(names: readonly string[], shown: readonly string[], columns: number): string[] {
  const widths = names.map(displayWidth);
  for (let count = Math.min(names.length, Math.max(1, Math.floor(columns / (1 + GAP)))); count > 1; count--) {
    const rows = Math.ceil(names.length / count);
    const columnWidths = chunks(widths, rows).map((chunk) => Math.max(...chunk));
    if (columnWidths.reduce((sum, width) => sum + width + GAP, -GAP) > columns - 1) continue;
    return Array.from({ length: rows }, (_, row) =>
      columnWidths
        .flatMap((width, column) => {
          const at = column * rows + row;
          if (at >= names.length) return [];
          const last = (column + 1) * rows + row >= names.length;
          const text = shown[at] ?? '';
          return [last ? text : text + padEndTo('', width + GAP - (widths[at] ?? 0))];
        })
        .join(''),
    );
  }
  return [...shown];
}

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

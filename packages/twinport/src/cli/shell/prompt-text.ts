import { printable } from '../../daemon/printable.js';
import { cutEnd, displayWidth } from '../display-width.js';
import { type Paint, plain } from '../style.js';

/** Cells of a line that are left to what is typed. */
const ROOM = 20;
const MIN_WIDTH = 16;
const GAP = '...';

export interface PromptParts {
  /** Undefined for anonymous. */
  readonly user: string | undefined;
  readonly host: string;
  readonly folder: string;
  /** `passive EPSV`; undefined until there has been a data connection. */
  readonly dataPath: string | undefined;
  /** `TLSv1.3`; undefined where nothing is encrypted. */
  readonly tls: string | undefined;
  readonly jobs: number;
}

export const CLOSED_PROMPT = 'twinport> ';

/** `ann@ftp.example.org:/pub [passive EPSV, TLSv1.3]> `, with less of the folder, then of the rest, where the terminal is narrow. */
export function promptText(parts: PromptParts, columns: number, paint: Paint = plain): string {
  const width = Math.max(MIN_WIDTH, Math.min(columns, 80) - ROOM);
  const who = printable(parts.user === undefined ? parts.host : `${parts.user}@${parts.host}`);
  const folder = printable(parts.folder);
  const jobs = parts.jobs === 0 ? [] : [`${parts.jobs} job${parts.jobs === 1 ? '' : 's'}`];
  const path = parts.dataPath === undefined ? [] : [parts.dataPath];
  const facts = [...path, parts.tls ?? 'no TLS', ...jobs];
  const brackets = [` [${facts.join(', ')}]`, ` [${parts.tls ?? 'no TLS'}]`, ''];
  for (const bracket of brackets) {
    const room = width - displayWidth(who) - displayWidth(bracket) - ':> '.length;
    // A folder cut to less than this says nothing.
    if (room >= Math.min(displayWidth(folder), 12))
      return `${paint('bold', `${who}:${shortenFolder(folder, room)}`)}${paint('dim', bracket)}> `;
  }
  const room = Math.max(6, Math.floor((width - 3) / 2));
  return `${paint('bold', `${shortenEnd(who, width - 3 - Math.min(room, displayWidth(folder)))}:${shortenFolder(folder, room)}`)}> `;
}

/** The last folders are what tells where one is: `/pub/a/b/c` becomes `.../b/c`. */
export function shortenFolder(path: string, width: number): string {
  if (displayWidth(path) <= width) return path;
  const names = path.split('/');
  for (let first = 1; first < names.length; first++) {
    const tail = `${GAP}/${names.slice(first).join('/')}`;
    if (displayWidth(tail) <= width) return tail;
  }
  return shortenEnd(names.at(-1) ?? '', width);
}

function shortenEnd(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${cutEnd(text, Math.max(0, width - GAP.length))}${GAP}`;
}

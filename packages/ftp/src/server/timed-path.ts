import { SyntaxFault, parseTime } from '../protocol/index.js';
import { parsed } from './arguments.js';

/** A time, and the path it is for as the client wrote it. */
export interface TimedPath {
  readonly time: Date;
  readonly name: string;
}

/** `20200131235959 name`, in UTC; the name may hold spaces. Throws SyntaxFault. */
export function parseTimedPath(text: string): TimedPath {
  const space = text.indexOf(' ');
  const name = text.slice(space + 1);
  if (space === -1 || name === '') throw new SyntaxFault('timed-path', 'needs a time and a path');
  return { time: parseTime(text.slice(0, space)), name };
}

export const timedPath = parsed('<YYYYMMDDHHMMSS> <path>', parseTimedPath);

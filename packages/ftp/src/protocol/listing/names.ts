import type { FormatRow, Reading } from './listing-format.js';

/**
 * NLST: a name a line, with the path that some servers put before each. Only when the caller says so, as any line could be a name.
 * A slash at the end, of servers that run `ls -p`, says that it is a directory; otherwise nothing says what it is.
 */
export const names: FormatRow = {
  format: 'names',
  createReader: ({ isChosen }) => ({ read: (line) => (isChosen ? readLine(line) : 'refused') }),
};

function readLine(line: string): Reading {
  const isDirectory = line.endsWith('/');
  const path = isDirectory ? line.slice(0, -1) : line;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, type: isDirectory ? 'directory' : 'file', format: 'names', raw: line };
}

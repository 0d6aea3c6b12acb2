import { parseListArgument } from '../../protocol/index.js';
import { entriesOf, findTarget, textOf } from '../listing.js';
import type { Verb } from '../verb.js';

export const nlst: Verb<ReturnType<typeof parseListArgument>> = {
  verb: 'NLST',
  rfc: 'RFC 959 §4.1.3, RFC 1123 §4.1.2.7',
  argument: { syntax: '[<path or pattern>]', parse: (text) => parseListArgument(text) },
  needs: ['login', 'list', 'data'],
  help: 'names only, each fit for RETR',
  async run(session, { path, directoryItself }) {
    const target = await findTarget(session, path, { itself: directoryItself });
    const prefix = prefixOf(path, target.kind === 'directory' && !target.glob);
    const lines = textOf(session, entriesOf(session, target), (entry) =>
      target.kind === 'entry' ? (path ?? entry.name) : prefix + entry.name,
    );
    return { transfer: { kind: 'lines', verb: 'NLST', path: target.path, lines } };
  },
};

/** What must stand before a name so that RETR finds it from the working directory, in the words of the client. */
function prefixOf(path: string | undefined, isDirectory: boolean): string {
  if (path === undefined || path === '.') return '';
  if (!isDirectory) return path.slice(0, path.lastIndexOf('/') + 1);
  return path.endsWith('/') ? path : `${path}/`;
}

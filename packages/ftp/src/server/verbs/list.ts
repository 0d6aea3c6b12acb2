import { parseListArgument } from '../../protocol/index.js';
import { findTarget, unixListing } from '../listing.js';
import type { Verb } from '../verb.js';

export const list: Verb<ReturnType<typeof parseListArgument>> = {
  verb: 'LIST',
  rfc: 'RFC 959 §4.1.3',
  argument: { syntax: '[-aldR] [<path or pattern>]', parse: (text) => parseListArgument(text) },
  needs: ['login', 'list', 'data'],
  help: 'list a directory, a file, or the names that match a pattern, as `ls -l` does',
  async run(session, { path, directoryItself, recursive }) {
    const target = await findTarget(session, path, { itself: directoryItself });
    return {
      transfer: { kind: 'lines', verb: 'LIST', path: target.path, lines: unixListing(session, target, recursive) },
    };
  },
};

import { FACTS, type Reply, SyntaxFault, parseFactSelection, reply } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import { HASH_NAMES } from '../file-hash.js';
import type { Session } from '../session.js';
import type { Verb } from '../verb.js';

/** Sets one option. RFC 2389 §4 knows 200, 451 and 501 only. */
type SetOption = (session: Session, value: string) => Reply;

const OPTIONS: ReadonlyMap<string, SetOption> = new Map([
  ['UTF8', setUtf8],
  ['UTF-8', setUtf8],
  ['MLST', setFacts],
  ['HASH', setHash],
  ['MODE', setDeflateLevel],
  ['TYPE', setCodePage],
]);

export interface OptionArgument {
  readonly name: string;
  readonly value: string;
}

/** `UTF8 ON` as the option's name in upper case and its value, '' without one. Throws SyntaxFault('option'). */
export function parseOption(text: string): OptionArgument {
  const [, name, value = ''] = /^(\S+)(?: +(.*))?$/.exec(text.trim()) ?? [];
  if (name === undefined) throw new SyntaxFault('option', 'needs the command that has the option');
  return { name: name.toUpperCase(), value };
}

export const opts: Verb<OptionArgument> = {
  verb: 'OPTS',
  rfc: 'RFC 2389 §4',
  argument: parsed('<command> [<option>]', parseOption),
  needs: [],
  feature: 'UTF8',
  help: 'set an option: UTF8 ON, MLST <facts>, HASH <name>, MODE Z LEVEL <1-9>, TYPE E <037|1047>',
  run(session, { name, value }) {
    const set = OPTIONS.get(name);
    return set ? set(session, value) : reply(501, 'There is no such option');
  },
};

/** RFC 2640 §3.1: names are UTF-8 always, so it cannot be switched off. */
function setUtf8(_session: Session, value: string): Reply {
  return /^(?:ON|NLST)?$/i.test(value)
    ? reply(200, 'Names are always in UTF-8')
    : reply(501, 'Names are always in UTF-8');
}

/** RFC 3659 §7.9. */
function setFacts(session: Session, value: string): Reply {
  const facts = parseFactSelection(value, FACTS);
  session.facts = new Set(facts);
  return reply(200, `MLST OPTS ${facts.map((fact) => `${fact};`).join('')}`.trimEnd());
}

/** draft-bryan-ftpext-hash-02: without a value the reply tells the current one. */
function setHash(session: Session, value: string): Reply {
  const hash = value === '' ? session.hash : HASH_NAMES.find((each) => each === value.toUpperCase());
  if (hash === undefined) return reply(501, 'Unknown algorithm, the selection stays as it was');
  session.hash = hash;
  return reply(200, hash);
}

/** draft-preston-ftpext-deflate-04. */
function setDeflateLevel(session: Session, value: string): Reply {
  const level = /^Z +LEVEL +([1-9])$/i.exec(value)?.[1];
  if (level === undefined) return reply(501, 'Only Z LEVEL 1 to Z LEVEL 9');
  session.deflateLevel = Number(level);
  return reply(200, `MODE Z LEVEL set to ${level}`);
}

/** RFC 959 §3.1.1.2 leaves open which EBCDIC. */
function setCodePage(session: Session, value: string): Reply {
  const codePage = /^E +(.*)$/i.exec(value)?.[1];
  if (codePage !== '037' && codePage !== '1047') return reply(501, 'Only E 037 and E 1047');
  session.codePage = codePage;
  return reply(200, `TYPE E is code page ${codePage}`);
}

import { type Reply, reply } from '../protocol/index.js';
import type { Session } from './session.js';
import { permission } from './policies/permission.js';
import { type Verb, isAbility, offers } from './verb.js';

const LINE_LENGTH = 72;

/** Whether a verb can do anything in this session: its storage is able to, the account may, and FEAT does not leave it out. */
export function isUsable(session: Session, verb: Verb): boolean {
  const { needs, feature } = verb;
  if (typeof feature === 'function' && feature(session) === undefined) return false;
  if (session.login.state === 'in' && permission(session, verb)) return false;
  return needs.every((need) => !isAbility(need) || offers(session, need));
}

/** What HELP says of one verb: its syntax, what it does, and where that is specified. */
export function describeVerb({ verb, aliases = [], argument, help, rfc }: Verb): Reply {
  const also = aliases.length === 0 ? '' : ` (also ${aliases.join(', ')})`;
  return reply(214, `Syntax: ${`${verb} ${argument.syntax}`.trimEnd()}${also}`, help, rfc);
}

/** The names of the verbs that can be used, in columns. */
export function listVerbs(session: Session, heading: string, verbs: readonly Verb[]): Reply {
  const names = verbs
    .filter((verb) => isUsable(session, verb))
    .flatMap(({ verb, aliases = [] }) => [verb].concat(aliases));
  return reply(214, heading, ...columns(names), 'HELP <command> says more of one');
}

/** Lines of at most 72 characters. */
export function columns(names: readonly string[]): string[] {
  const width = Math.max(1, ...names.map((name) => name.length)) + 2;
  const perLine = Math.max(1, Math.floor(LINE_LENGTH / width));
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += perLine) {
    const cells = names.slice(at, at + perLine).map((name) => name.padEnd(width));
    lines.push(cells.join('').trimEnd());
  }
  return lines;
}

import { SyntaxFault, parseOctets, resolvePath } from '../protocol/index.js';
import type { Session } from './session.js';
import type { Argument } from './verb.js';

/** No argument; RFC 959 verbs that have none refuse one. */
export const none: Argument<undefined> = {
  syntax: '',
  parse(text) {
    if (text !== undefined && text.trim() !== '') throw new SyntaxFault('argument', 'takes no argument');
    return undefined;
  },
};

/** Any text, at least one character. */
export function required(syntax: string): Argument<string> {
  return {
    syntax,
    parse(text) {
      if (text === undefined || text === '') throw new SyntaxFault('argument', `needs ${syntax}`);
      return text;
    },
  };
}

/** Any text, or none. */
export function optional(syntax: string): Argument<string | undefined> {
  return { syntax: `[${syntax}]`, parse: (text) => (text === '' ? undefined : text) };
}

/** A path, resolved against the working directory. */
export const path: Argument<string> = {
  syntax: '<path>',
  parse: (text, session) => resolvePath(session.directory, required('<path>').parse(text, session)),
};

/** A path, or the working directory. */
export const optionalPath: Argument<string> = {
  syntax: '[<path>]',
  parse: (text, session) =>
    text === undefined || text === '' ? session.directory : resolvePath(session.directory, text),
};

/** A decimal number of octets, up to 2^53 - 1. */
export const octets: Argument<number> = {
  syntax: '<octets>',
  parse: (text) => parseOctets((text ?? '').trim()),
};

/** What a parser of protocol/ makes of the text; it throws SyntaxFault. */
export function parsed<T>(syntax: string, parse: (text: string) => T): Argument<T> {
  return {
    syntax,
    parse: (text: string | undefined, session: Session) => parse(required(syntax).parse(text, session)),
  };
}

import { type Table, setValue } from '../table.js';

/** A line that was not taken over, and why. */
export interface Note {
  /** `FILE:LINE`. */
  readonly where: string;
  /** As it is written there. */
  readonly text: string;
  readonly why: string;
}

/** A setting of another server: its name in small letters. */
export interface Directive {
  readonly where: string;
  readonly text: string;
  readonly name: string;
  readonly value: string;
}

/** What a user would get that is added by hand. */
export interface UserDefaults {
  directory: string;
  readOnly: boolean;
}

/** Our settings as they are gathered from those of another server. */
export class Imported {
  readonly settings: Table = {};
  readonly notes: Note[] = [];
  /** Undefined where only anonymous users are let in. */
  user: UserDefaults | undefined;

  set(path: string, value: string | number | boolean): void {
    setValue(this.settings, path.split('.'), value);
  }

  note({ where, text }: Pick<Directive, 'where' | 'text'>, why = 'no counterpart'): void {
    this.notes.push({ where, text, why });
  }

  /** Octets that are no number are told, and taken for none. */
  number(directive: Directive, path: string, factor = 1): void {
    const number = Number(directive.value) * factor;
    if (Number.isSafeInteger(number) && number > 0) this.set(path, number);
    else this.note(directive, 'no limit, or no number: the default holds');
  }
}

/** What to do with a setting: take it over, or nothing since it is so here too. What has no entry has no counterpart. */
export type Rules = Readonly<Record<string, ((directive: Directive, into: Imported) => void) | 'the same here'>>;

export function apply(rules: Rules, directives: readonly Directive[], into: Imported): void {
  for (const directive of directives) {
    const rule = Object.hasOwn(rules, directive.name) ? rules[directive.name] : undefined;
    if (rule === undefined) into.note(directive);
    else if (rule !== 'the same here') rule(directive, into);
  }
}

export const limit =
  (name: string, factor = 1) =>
  (directive: Directive, into: Imported): void =>
    into.number(directive, `limits.${name}`, factor);

export const text =
  (path: string) =>
  ({ value }: Directive, into: Imported): void =>
    into.set(path, value);

/** A setting that is as here unless it has another value. */
export const onlyAs =
  (usual: RegExp, why?: string) =>
  (directive: Directive, into: Imported): void => {
    if (!usual.test(directive.value)) into.note(directive, why);
  };

/** Where anonymous users are on Debian. */
export const ANONYMOUS_HOME = '/srv/ftp';
export const SECOND = 1000;

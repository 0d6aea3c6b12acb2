import type { Shell } from './shell.js';
import type { Word } from './words.js';

/** What an argument is the name of, for completion. */
export type ArgumentKind =
  | 'remote'
  | 'remote-folder'
  | 'remote-or-local'
  | 'local'
  | 'local-or-remote'
  | 'local-folder'
  /** `local:` marks those of this machine. */
  | 'marked'
  | 'site'
  | 'verb'
  | 'mode'
  | 'none';

/** One run of a command. */
export interface VerbCall {
  readonly shell: Shell;
  readonly words: readonly Word[];
  readonly signal: AbortSignal;
}

/** What a command of the shell can do. */
export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** For the list of all commands: a few words. */
  readonly brief: string;
  /** What follows the name, in help. */
  readonly usage: string;
  readonly help: string;
  readonly examples?: string;
  /** Of the argument with this index. */
  readonly completes: (index: number) => ArgumentKind;
  /** Long and short, for completion. */
  readonly options?: () => readonly VerbOption[];
  /** What help says in place of `usage` and `help`. */
  readonly details?: () => string;
  /** Names on the server may be others afterwards. */
  readonly changes?: boolean;
  /** It may run with `&`. */
  readonly background?: boolean;
  /** Resolves with an exit code. */
  readonly run: (call: VerbCall) => Promise<number>;
}

export interface VerbOption {
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

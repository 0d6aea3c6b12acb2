/** What a client asks of LIST or NLST. */
export interface ListArgument {
  /** `-a`, `-A`: names with a leading dot too. */
  readonly all: boolean;
  /** `-R` */
  readonly recursive: boolean;
  /** `-d`: the directory, not what it holds. */
  readonly directoryItself: boolean;
  /** `-r` */
  readonly reverse: boolean;
  /** `-t` */
  readonly byTime: boolean;
  /** `-S` */
  readonly bySize: boolean;
  /** `-1` */
  readonly onePerLine: boolean;
  readonly path: string | undefined;
}

/** The switches of `ls` that clients are known to send. Kept short: each letter more takes `-name`s away from files. */
const SWITCHES = new Set('aAlLRdtrSF1CnghTpcuUfisqoG');

/**
 * The argument of LIST and NLST. RFC 959 §4.1.3 knows only a path; clients send `ls` switches before it (`-la dir`, `-a -l dir`).
 * A word is switches when it is a dash and letters of which each is a switch of `ls`; those without a meaning here are ignored.
 * Anything else (`-name-of-file`, `-`) begins the path, which may hold spaces. `--` ends the switches. Never throws.
 */
export function parseListArgument(argument: string | undefined): ListArgument {
  const letters = new Set<string>();
  let rest = argument ?? '';
  for (;;) {
    const word = leadingWord(rest);
    if (word !== '--' && !isSwitches(word)) break;
    rest = rest.slice(rest.indexOf(word) + word.length + 1);
    if (word === '--') break;
    for (const letter of word.slice(1)) letters.add(letter);
  }
  return {
    all: letters.has('a') || letters.has('A'),
    recursive: letters.has('R'),
    directoryItself: letters.has('d'),
    reverse: letters.has('r'),
    byTime: letters.has('t'),
    bySize: letters.has('S'),
    onePerLine: letters.has('1'),
    path: leadingWord(rest) === '' ? undefined : rest,
  };
}

/** Empty when there are only spaces. */
function leadingWord(text: string): string {
  let start = 0;
  while (text[start] === ' ') start++;
  const end = text.indexOf(' ', start);
  return text.slice(start, end === -1 ? text.length : end);
}

function isSwitches(word: string): boolean {
  if (word.length < 2 || !word.startsWith('-')) return false;
  for (let at = 1; at < word.length; at++) if (!SWITCHES.has(word[at] ?? '')) return false;
  return true;
}

/** A command as completion knows it. */
export interface CompletedCommand {
  /** `['site', 'add']` for commands below commands. */
  readonly path: readonly string[];
  readonly about: string;
  readonly options: readonly {
    readonly names: readonly string[];
    readonly about: string;
    /** Undefined where the option takes none; its choices; a file; or something else. */
    readonly value: undefined | readonly string[] | 'file' | 'text';
  }[];
  /** Commands below it. */
  readonly inner: readonly string[];
  /** Of its arguments. */
  readonly choices: readonly string[];
  readonly files: boolean;
  readonly sites: boolean;
}

type Table = readonly CompletedCommand[];

const top = (table: Table): CompletedCommand[] => table.filter(({ path }) => path.length === 1);
const keyOf = ({ path }: CompletedCommand): string => path.join(' ');
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** One line per command and option, for `case`: what follows the option. */
function bashValues(table: Table): string {
  const lines = table.flatMap((command) =>
    command.options
      .filter(({ value }) => value !== undefined)
      .map(({ names, value }) => {
        const patterns = names.map((name) => quoted(`${keyOf(command)}:${name}`)).join('|');
        if (value === 'file') return `    ${patterns}) _twinport_files; return ;;`;
        const words = typeof value === 'object' ? value.join(' ') : '';
        return `    ${patterns}) COMPREPLY=($(compgen -W ${quoted(words)} -- "$cur")); return ;;`;
      }),
  );
  return lines.join('\n');
}

function bashWords(table: Table): string {
  return table
    .map((command) => {
      const options = command.options.flatMap(({ names }) => names.filter((name) => name.startsWith('--')));
      const words = [...command.inner, ...command.choices];
      return `    ${quoted(keyOf(command))}) options=${quoted(options.join(' '))} words=${quoted(words.join(' '))} files=${command.files ? 1 : ''} sites=${command.sites ? 1 : ''} ;;`;
    })
    .join('\n');
}

const BASH_HELPERS = `# bash completion for twinport; made by: twinport completion bash
_twinport_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -f -- "$cur"))
}

# A colon ends a word of bash's, and what stands before it must not be repeated.
_twinport_sites() {
  local IFS=$'\\n' prefix=''
  [[ $line == *:* && $COMP_WORDBREAKS == *:* ]] && prefix=\${line%"\${line##*:}"}
  local found=($(compgen -W "$(twinport complete-sites 2>/dev/null)" -- "$line"))
  [[ \${#found[@]} -gt 0 ]] && compopt -o nospace 2>/dev/null
  COMPREPLY+=("\${found[@]#"$prefix"}")
}

`;

const BASH_END = `  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    return
  fi
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [[ -n $files ]] && _twinport_files
  [[ -n $sites ]] && _twinport_sites
}
complete -F _twinport twinport
`;

export function bashScript(table: Table): string {
  const groups = top(table).filter(({ inner }) => inner.length > 0);
  return `${BASH_HELPERS}_twinport() {
  local cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} line
  line=\${COMP_LINE:0:COMP_POINT}
  line=\${line##*[[:space:]]}
  local options='' words='' files='' sites=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted(`${top(table).map(keyOf).join(' ')} help --help --version`)} -- "$cur"))
    return
  fi
  case $command in
    ${groups.length === 0 ? "''" : groups.map(keyOf).join('|')}) ((COMP_CWORD > 2)) && command+=" \${COMP_WORDS[2]}" ;;
  esac
  case "$command:$previous" in
${bashValues(table)}
  esac
  case $command in
${bashWords(table)}
  esac
${BASH_END}`;
}

const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

function zshOption({ names, about, value }: CompletedCommand['options'][number]): string[] {
  return names.map((name) => {
    const action =
      value === undefined
        ? ''
        : value === 'file'
          ? ':file:_files'
          : `:value:${value === 'text' ? ' ' : `(${value.join(' ')})`}`;
    return quoted(`*${name}[${zshText(about)}]${action}`);
  });
}

function zshCommand(command: CompletedCommand): string {
  const { inner, choices, files, sites } = command;
  const words = [...inner, ...choices];
  const action = words.length > 0 ? `(${words.join(' ')})` : sites ? '_twinport_remotes' : files ? '_files' : ' ';
  const specs = [...command.options.flatMap(zshOption), quoted(`*:argument:${action}`)];
  return `    ${quoted(keyOf(command))})\n      _arguments -S ${specs.join(' \\\n        ')} ;;`;
}

export function zshScript(table: Table): string {
  const names = top(table).map((command) => quoted(`${keyOf(command)}:${zshText(command.about)}`));
  const groups = top(table).filter(({ inner }) => inner.length > 0);
  return `#compdef twinport
# zsh completion for twinport; made by: twinport completion zsh
_twinport_remotes() {
  local -a sites
  sites=(\${(f)"$(twinport complete-sites 2>/dev/null)"})
  (( \${#sites} )) && compadd -S '' -- $sites
  _files
}

_twinport() {
  local command=$words[2]
  if (( CURRENT == 2 )); then
    local -a commands
    commands=(${names.join(' \\\n      ')})
    _describe command commands
    return
  fi
  case $command in
    ${groups.length === 0 ? "''" : groups.map(keyOf).join('|')}) (( CURRENT > 3 )) && { command+=" $words[3]"; shift words; (( CURRENT-- )) } ;;
  esac
  shift words
  (( CURRENT-- ))
  case $command in
${table.map(zshCommand).join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _twinport "$@"; else compdef _twinport twinport; fi
`;
}

function fishCommand(command: CompletedCommand): string[] {
  const [first = '', second] = command.path;
  const inner = command.inner.join(' ');
  const below = second === undefined ? '' : `; and __fish_seen_subcommand_from ${second}`;
  const alone = inner === '' ? '' : `; and not __fish_seen_subcommand_from ${inner}`;
  const when = `-n ${quoted(`__twinport_is ${first}${below}${alone}`)}`;
  const words = [...command.inner, ...command.choices];
  return [
    ...command.options.map(({ names, about, value }) => {
      const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
      const wants = value === undefined ? '' : value === 'file' ? ' -r -F' : ' -x';
      const choices = typeof value === 'object' ? ` -a ${quoted(value.join(' '))}` : '';
      return `complete -c twinport ${when} ${flags.join(' ')}${wants}${choices} -d ${quoted(about)}`;
    }),
    ...(words.length === 0 ? [] : [`complete -c twinport ${when} -f -a ${quoted(words.join(' '))}`]),
    ...(command.files || command.sites ? [`complete -c twinport ${when} -F`] : []),
    ...(command.sites ? [`complete -c twinport ${when} -a '(twinport complete-sites 2>/dev/null)' -d site`] : []),
  ];
}

export function fishScript(table: Table): string {
  const commands = top(table).map(
    (command) => `complete -c twinport -n __twinport_begins -a ${quoted(keyOf(command))} -d ${quoted(command.about)}`,
  );
  return `# fish completion for twinport; made by: twinport completion fish
function __twinport_begins
  test (count (commandline -opc)) -eq 1
end
function __twinport_is
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test $words[2] = $argv[1]
end
complete -c twinport -f
${commands.join('\n')}
${table.flatMap(fishCommand).join('\n')}
`;
}

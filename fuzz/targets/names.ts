import {
  FACTS,
  Glob,
  MAX_COMPONENT_LENGTH,
  MAX_PATH_LENGTH,
  SyntaxFault,
  decodeText,
  encodeText,
  isGlob,
  parseFactSelection,
  parseFactsLine,
  parseListArgument,
  parseQuotedPath,
  quotePath,
  resolvePath,
} from '@twinport/ftp/protocol';

/** The parsers of names and directory lines: each takes any bytes, and throws only when a promise is broken. */
export const nameTargets: Record<string, (bytes: Uint8Array) => void> = {
  resolvePath: orFault((text) => {
    const path = resolvePath('/a/b', text);
    expect(path.startsWith('/') && encodeText(path).length <= MAX_PATH_LENGTH, 'the path is absolute and not too long');
    for (const component of path === '/' ? [] : path.slice(1).split('/')) {
      expect(!['', '.', '..'].includes(component), 'the path is normal');
      expect(encodeText(component).length <= MAX_COMPONENT_LENGTH, 'each component is not too long');
    }
    expect(resolvePath('/', path) === path, 'a resolved path resolves to itself');
  }),

  parseQuotedPath: orFault((text) => {
    const parsed = parseQuotedPath(text);
    if (parsed) expect(quotePath(parsed.path) + parsed.rest === text, 'a quoted path is written as it was read');
    const again = parseQuotedPath(quotePath(text));
    expect(again?.path === text && again.rest === '', 'a path survives quoting');
  }),

  parseListArgument: orFault((text) => {
    const { path } = parseListArgument(text);
    expect(path === undefined || (path !== '' && text.endsWith(path)), 'the path is the end of the argument');
  }),

  /** The pattern, LF, a name. */
  glob: orFault((text) => {
    const [pattern = '', name = ''] = text.split('\n', 2);
    const glob = new Glob(pattern);
    const matches = glob.matches(name);
    expect(glob.steps <= (pattern.length + 1) * (name.length + 1), 'matching takes at most n x m steps');
    expect(isGlob(pattern) || !matches || unescaped(pattern) === name, 'a plain pattern matches its own text only');
  }),

  parseFactsLine: orFault((text) => {
    const { facts, name } = parseFactsLine(text);
    expect(text.endsWith(` ${name}`), 'the name ends the line');
    for (const [fact, value] of facts) {
      expect(fact === fact.toLowerCase() && !`${fact}${value}`.includes(';'), 'a fact holds no semicolon');
    }
  }),

  parseFactSelection: orFault((text) => {
    const selected = parseFactSelection(text, FACTS);
    expect(
      parseFactSelection(`${selected.join(';')};`, FACTS).length === selected.length,
      'a selection selects itself',
    );
  }),
};

/** Runs a parser on the decoded bytes; a SyntaxFault is a right answer to bad input. */
function orFault(run: (text: string) => void): (bytes: Uint8Array) => void {
  return (bytes) => {
    try {
      run(decodeText(bytes));
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
    }
  };
}

function expect(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`Broken promise: ${promise}`);
}

function unescaped(pattern: string): string {
  return pattern.replaceAll(/\\(.)/gsu, '$1');
}

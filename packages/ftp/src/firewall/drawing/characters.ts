/** What a drawing on a terminal is made of. */
export interface Characters {
  readonly lines: Readonly<Record<'control' | 'data', Line>>;
  readonly marks: Readonly<Record<'passed' | 'rewritten' | 'stopped' | 'remark', string>>;
  readonly heads: { readonly right: string; readonly left: string; readonly stopped: string; readonly lost: string };
  readonly box: {
    readonly across: string;
    readonly side: string;
    readonly corners: readonly [string, string, string, string];
  };
  /** Of a place on the way. */
  readonly place: string;
  /** From a place to what is said of it, on its right or on its left. */
  readonly corners: { readonly right: string; readonly left: string };
}

interface Line {
  readonly across: string;
  readonly crossing: string;
  readonly leaves: { readonly right: string; readonly left: string };
}

export const UNICODE: Characters = {
  lines: {
    control: { across: '═', crossing: '╪', leaves: { right: '╞', left: '╡' } },
    data: { across: '─', crossing: '┼', leaves: { right: '├', left: '┤' } },
  },
  marks: { passed: '✓', rewritten: '⇄', stopped: '✗', remark: '·' },
  heads: { right: '▶', left: '◀', stopped: '✗', lost: '?' },
  box: { across: '─', side: '│', corners: ['┌', '┐', '└', '┘'] },
  place: '┆',
  corners: { right: '└', left: '┘' },
};

export const ASCII: Characters = {
  lines: {
    control: { across: '=', crossing: '+', leaves: { right: '|', left: '|' } },
    data: { across: '-', crossing: '+', leaves: { right: '|', left: '|' } },
  },
  marks: { passed: 'ok', rewritten: '<>', stopped: 'X', remark: '*' },
  heads: { right: '>', left: '<', stopped: 'X', lost: '?' },
  box: { across: '-', side: '|', corners: ['+', '+', '+', '+'] },
  place: ':',
  corners: { right: '`', left: "'" },
};

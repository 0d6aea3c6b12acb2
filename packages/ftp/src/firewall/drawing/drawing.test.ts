import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type FirewallKind,
  type Timeline,
  WAYS,
  type Way,
  simulate,
} from '../rules/index.js';
import { drawHtml } from './html.js';
import { rungsOf } from './ladder.js';
import { drawSvg } from './svg.js';
import { type TerminalOptions, drawTerminal } from './terminal.js';
import { cellsOf } from './text-row.js';

interface Given {
  readonly way?: Way;
  readonly tls?: boolean;
  readonly nat?: boolean;
  readonly kind?: FirewallKind;
}

function run({ way = 'EPSV', tls = false, nat = true, kind = 'helper' }: Given): Timeline {
  const [clientFirewall, serverFirewall] = [FIREWALL_KINDS[kind], FIREWALL_KINDS[kind]];
  const path = { clientNat: nat, serverNat: nat, clientFirewall, serverFirewall };
  return simulate({ plan: { ...DEFAULT_PLAN, tls: 'explicit' }, path, way, tls });
}

const ALL = WAYS.flatMap((way) =>
  [true, false].flatMap((tls) =>
    [true, false].flatMap((nat) =>
      (['none', 'control', 'helper', 'range', 'stateless', 'pinholes'] as const).map((kind) =>
        run({ way, tls, nat, kind }),
      ),
    ),
  ),
);

const drawn = (timeline: Timeline, options: Partial<TerminalOptions> = {}): string =>
  drawTerminal([timeline], { width: 80, characters: 'unicode', ...options });

/** What is written, as if it stood in one line. */
const flat = (text: string): string => text.replaceAll(/[│┆└┘|:\s]+/g, ' ');

/** One step of a run, changed. */
function altered(timeline: Timeline, number: number, change: Partial<Timeline['steps'][number]>): Timeline {
  return { ...timeline, steps: timeline.steps.map((step) => (step.number === number ? { ...step, ...change } : step)) };
}

void describe('on a terminal', () => {
  for (const width of [40, 60, 80, 100, 120, 132]) {
    test(`no line is longer than ${width}, and none ends in a blank`, () => {
      for (const timeline of ALL) {
        for (const characters of ['unicode', 'ascii'] as const) {
          const lines = drawn(timeline, { width, characters }).split('\n');
          for (const line of lines) assert.ok(cellsOf(line).length <= width && !line.endsWith(' '), line);
        }
      }
    });

    test(`every step is there with its number and both ports, at ${width}`, () => {
      for (const timeline of ALL) {
        const text = flat(drawn(timeline, { width }));
        for (const { number, text: wire, from, to } of timeline.steps) {
          assert.ok(text.includes(flat(`${number} ${wire}:`)), `${number} ${wire} in ${text}`);
          for (const { port } of [from, to]) assert.ok(text.includes(` ${port} `));
        }
      }
    });
  }

  test('nothing is written over the boxes', () => {
    for (const width of [80, 100, 120]) {
      for (const line of ALL.flatMap((timeline) => drawn(timeline, { width }).split('\n'))) {
        if (!line.startsWith('│')) continue;
        for (const column of [0, 16, width - 17, width - 1]) assert.match(line[column] ?? '', /[│╞╡├┤?]/, line);
      }
    }
  });

  test('where it is narrow, the boxes have all ports and the steps their lines', () => {
    const text = drawn(run({ kind: 'none' }), { width: 60 });
    assert.match(text, /│ 41960 COMMAND +│ {4}│ 21 COMMAND +│\n│ 36086 DATA +│ {4}│ 50000 DATA +│/);
    assert.match(text, /\n {3}client 41960 ◀═══ server 21\n/);
    assert.match(text, /\n {3}client 36086 ───▶ server 50000\n/);
  });

  test('in ASCII there is nothing else', () => {
    for (const timeline of ALL) assert.match(drawn(timeline, { characters: 'ascii' }), /^[\n\x20-\x7e]*$/);
  });

  const STOPS: readonly (readonly [Given, column: number])[] = [
    [{ kind: 'helper', tls: true, way: 'EPSV' }, 0],
    [{ kind: 'range', way: 'PORT', nat: false }, 1],
  ];
  for (const [given, place] of STOPS) {
    test(`an arrow that is stopped ends at the line of its place, where the rule is said: ${given.kind}`, () => {
      const lines = drawn(run(given)).split('\n');
      const places = lines.find((line) => line.includes('┆')) ?? '';
      const column = Array.from(places.matchAll(/┆/g), ({ index }) => index)[place] ?? 0;
      const stopped = lines.findIndex((line) => line[column] === '✗');
      assert.match(lines[stopped] ?? '', /─✗|✗─/);
      assert.match(lines[stopped + 1]?.[column] ?? '', /[└┘]/);
      assert.match(
        flat(lines.slice(stopped + 1, stopped + 4).join(' ')),
        /✗ dropped no rule lets it through policy drop/,
      );
    });
  }

  test('what NAT and helpers change is said before and after', () => {
    const text = flat(drawn(run({ way: 'PORT' })));
    assert.ok(text.includes(flat('⇄ from 10.10.0.2 → 203.0.113.1')));
    assert.ok(text.includes(flat('⇄ PORT 10,10,0,2,140,246 → 203,0,113,1,140,246')));
  });

  test('the two connections have lines of their own, and their names in the boxes', () => {
    const rows = drawn(run({ kind: 'none' }))
      .split('\n')
      .filter((line) => /[▶◀]/.test(line));
    for (const row of rows) {
      const [line, name] = row.includes('═') ? ['═', 'COMMAND'] : ['─', 'DATA'];
      assert.ok(row.includes(line.repeat(5)) && row.split(name).length === 3, row);
    }
    assert.equal(rows.filter((row) => row.includes('DATA')).length, 2);
  });

  test('an answer that is lost is an arrow of its own', () => {
    const base = run({ kind: 'none', nat: false });
    const lost = altered(base, 4, {
      arrived: false,
      hops: [
        { place: 1, verdict: 'passed' },
        { place: 2, verdict: 'passed' },
        { place: 1, verdict: 'dropped', rule: 'no answers', note: 'the answer' },
      ],
    });
    const { arrows } = rungsOf(lost)[3] ?? assert.fail();
    assert.deepEqual(arrows, [
      { from: 0, to: 3, end: 'arrived' },
      { from: 3, to: 1, end: 'stopped' },
    ]);
    assert.match(drawn(lost), /DATA {4}36086 ├─+┼─+┼─+▶┤ 50000 {4}DATA │\n.*│ {15}✗─+┼─+┤ 50000/);
  });

  test('a step that did not arrive, nobody knows why, ends in a question mark', () => {
    const base = run({ kind: 'none', nat: false });
    assert.match(drawn(altered(base, 4, { arrived: false, hops: [] })), /36086 ├[─┼]+\?/);
  });

  test('how often and when is said where it is known, and an unknown port is a question mark', () => {
    const base = run({ kind: 'none', nat: false });
    const to = { host: '', port: 0 };
    const text = drawn(altered(base, 4, { times: 3, at: 7012, to }));
    assert.ok(flat(text).includes('(sent 3 times, at 7.012 s)'));
    assert.match(text, /DATA {4}36086 ├.*▶┤ \? {8}DATA │/);
  });

  test('what was not seen at a place stops an arrow only where nothing arrived', () => {
    const base = run({ kind: 'none', nat: false });
    const hops = [{ place: 1, verdict: 'not seen' }] as const;
    assert.equal(rungsOf(altered(base, 4, { hops }))[3]?.arrows[0]?.end, 'arrived');
    assert.deepEqual(rungsOf(altered(base, 4, { hops, arrived: false }))[3]?.arrows, [
      { from: 0, to: 1, end: 'stopped' },
    ]);
  });

  test('what a place remarks again and again is said once', () => {
    const base = run({ kind: 'none', nat: false });
    const hops = [{ place: 1, verdict: 'passed', note: 'not captured here' }] as const;
    const steps = base.steps.map((step) => ({ ...step, hops }));
    assert.equal(drawn({ ...base, steps }).match(/not captured here/g)?.length, 1);
  });

  test('after the picture comes what is seen, why, what to change, and what else works; nothing without need', () => {
    assert.match(
      drawn(run({ tls: true })),
      /\nSeen {3}silence[^]*\nWhy {4}The firewall[^]*\nFix {4}let TCP[^]*\nAlso {3}PASV/,
    );
    assert.match(drawn(run({ kind: 'none', nat: false })), /\nSeen {3}the transfer works\n$/);
  });

  test('colours change nothing but colours', () => {
    const coloured = drawn(run({}), { paint: (style, text) => `<${style}>${text}</>` });
    assert.match(coloured, /<cyan>|<magenta>/);
    assert.equal(coloured.replaceAll(/<[a-z/]*>/g, ''), drawn(run({})));
  });
});

const HOSTILE = 'RETR \u001b[2J\u202e<script>alert(1)</script>&"\u{e000}\ud800\uffff ファイル';

void describe('names that mean harm', () => {
  const hostile = altered(run({ way: 'PORT', kind: 'none', nat: false }), 4, { text: HOSTILE, words: HOSTILE });

  test('move no cursor and turn no text on a terminal, wide letters take two cells', () => {
    const text = drawn(hostile);
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
    assert.match(text, / \\u\{1b\}\[2J\\u\{202e\}/);
    assert.match(drawn(hostile, { characters: 'ascii' }), /^[\n\x20-\x7e]*$/);
    const wide = text.split('\n').filter((line) => line.includes('ファイル'));
    assert.ok(wide.length > 0 && wide.every((line) => line.length === 80 - 'ファイル'.length && line.endsWith('│')));
  });

  for (const [name, markup] of [
    ['SVG', drawSvg([hostile])],
    ['HTML', drawHtml([hostile])],
  ] as const) {
    test(`are text in ${name}`, () => {
      assert.doesNotMatch(markup.replaceAll('\n', ''), /<script|[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/u);
      assert.match(markup, /&lt;script&gt;/);
    });
  }
});

test('SVG and HTML say every step, its ports, the rule and the conclusion', () => {
  for (const timeline of ALL) {
    for (const markup of [drawSvg([timeline]), drawHtml([timeline])]) {
      const text = markup
        .replaceAll(/<style>[^]*?<\/style>/g, '')
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ');
      for (const { number, text: wire, from, to, hops } of timeline.steps) {
        assert.match(markup, new RegExp(`>${number}</text>`));
        assert.ok(text.includes(wire.split(' ')[0] ?? ''));
        for (const { port } of [from, to]) assert.ok(text.includes(` ${port} `), String(port));
        for (const { verdict, rule = '' } of hops) {
          if (verdict === 'dropped') assert.ok(text.includes(`dropped: ${rule.slice(0, 7)}`), rule);
        }
      }
      assert.ok(text.includes('Seen'));
    }
  }
});

test('beside the picture the page names who does what', () => {
  const page = drawHtml([run({ way: 'PORT' })]);
  assert.match(page, /<li>CLIENT NAT \+ FIREWALL changes it: PORT 10,10,0,2,140,246 → 203,0,113,1,140,246<\/li>/);
  assert.match(page, /<li>SERVER NAT \+ FIREWALL remarks: the helper expects/);
});

test('several are drawn below each other', () => {
  const [one, other] = [run({ way: 'PORT' }), run({ way: 'EPSV' })];
  for (const text of [
    drawTerminal([one, other], { width: 80, characters: 'ascii' }),
    drawSvg([one, other]),
    drawHtml([one, other]),
  ]) {
    assert.match(text, /active mode, PORT[^]*passive mode, EPSV/);
  }
});

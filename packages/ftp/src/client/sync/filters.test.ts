import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { FtpError } from '../errors.js';
import { type SyncFilter, compileFilters, parseFilters } from './filters.js';

/** Paths that a pattern matches and does not; those with a slash at the end are folders. */
const PATTERNS: readonly { pattern: string; matches: readonly string[]; not: readonly string[] }[] = [
  { pattern: 'a.txt', matches: ['a.txt', 'x/a.txt', 'x/y/a.txt', 'a.txt/'], not: ['b.txt', 'a.txt/b', 'A.txt'] },
  { pattern: '/a.txt', matches: ['a.txt'], not: ['x/a.txt'] },
  { pattern: '*.tmp', matches: ['a.tmp', '.tmp', '.hidden.tmp', 'x/.a.tmp'], not: ['a.tmp.gz', 'a.tmp/b'] },
  { pattern: 'build/', matches: ['build/', 'x/build/'], not: ['build', 'x/build'] },
  { pattern: '/build/', matches: ['build/'], not: ['x/build/', 'build'] },
  { pattern: 'x/y', matches: ['x/y', 'w/x/y'], not: ['y', 'x/y/z', 'x/w/y'] },
  { pattern: '/x/*/z', matches: ['x/y/z', 'x/.y/z'], not: ['x/z', 'x/y/y/z', 'w/x/y/z'] },
  { pattern: '/x/**/z', matches: ['x/z', 'x/y/z', 'x/y/y/z'], not: ['x/y', 'w/x/z', 'z'] },
  { pattern: '/x/**', matches: ['x/y', 'x/y/z'], not: ['x', 'x/', 'w/x/y'] },
  { pattern: '**', matches: ['a', 'a/b', '.a/'], not: [] },
  { pattern: '/**/a/**/b', matches: ['a/b', 'x/a/y/b', 'a/a/b/b'], not: ['b/a', 'a'] },
  { pattern: '?', matches: ['a', '.', 'x/é', '😀'], not: ['', 'ab'] },
  { pattern: '[a-c]x', matches: ['ax', 'd/cx'], not: ['dx', 'x'] },
  { pattern: '[!a]x', matches: ['bx'], not: ['ax'] },
  { pattern: 'a**b', matches: ['ab', 'axxb'], not: ['a/b'] },
  { pattern: String.raw`\*`, matches: ['*'], not: ['a'] },
];

for (const { pattern, matches, not } of PATTERNS) {
  test(`the pattern ${pattern}`, () => {
    const includes = compileFilters([{ exclude: pattern }]);
    const isMatched = (path: string): boolean => !includes(path.replace(/\/$/, ''), path.endsWith('/'));
    for (const path of matches) assert.ok(isMatched(path), `it matches ${path}`);
    for (const path of not) assert.ok(!isMatched(path), `it does not match ${path}`);
  });
}

test('the first rule that matches decides, and what none matches is included', () => {
  const includes = compileFilters([{ include: 'keep.log' }, { exclude: '*.log' }, { include: 'a.log' }]);
  assert.deepEqual(
    ['keep.log', 'a.log', 'a.txt'].map((path) => includes(path, false)),
    [true, false, true],
  );
});

test('only some: the last rule excludes the rest', () => {
  const includes = compileFilters([{ include: '*/' }, { include: '*.html' }, { exclude: '*' }]);
  assert.deepEqual(
    [includes('sub', true), includes('sub/a.html', false), includes('sub/a.css', false)],
    [true, true, false],
  );
});

test('rules are read from text, one a line', () => {
  assert.deepEqual(parseFilters('# a comment\r\n\n+ keep.log\n-  *.log\n- a b \n'), [
    { include: 'keep.log' },
    { exclude: '*.log' },
    { exclude: 'a b ' },
  ]);
});

for (const line of ['*.log', '!x', '+', '-x', '- ']) {
  test(`the line ${JSON.stringify(line)} is refused, with its number`, () => {
    assert.throws(
      () => parseFilters(`+ ok\n${line}`),
      (error) => error instanceof FtpError && error.code === 'USAGE' && /Line 2/.test(error.message),
    );
  });
}

for (const pattern of ['', '/', '//', 'x'.repeat(2000)]) {
  test(`a pattern of ${pattern.length} characters, ${JSON.stringify(pattern.slice(0, 3))}, is refused`, () => {
    assert.throws(
      () => compileFilters([{ exclude: pattern }]),
      (error) => error instanceof FtpError && error.code === 'USAGE',
    );
  });
}

const component = fc.stringMatching(/^[a-c.*?]{1,4}$/);
const path = fc.array(fc.stringMatching(/^[a-c.]{1,4}$/), { minLength: 1, maxLength: 6 });

test('matching of components is what a regular expression says', () => {
  const pattern = fc.array(fc.oneof(component, fc.constant('**')), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pattern, path, fc.boolean(), (parts, names, anchored) => {
      const text = (anchored ? '/' : '') + parts.join('/');
      const expected = regexOf(anchored ? parts : ['**', ...parts]).test(`${names.join('/')}/`);
      assert.equal(compileFilters([{ exclude: text }])(names.join('/'), false), !expected, text);
    }),
  );
});

function regexOf(parts: readonly string[]): RegExp {
  const sources = parts.map((part, index) => {
    if (part === '**') return index === parts.length - 1 ? '(?:[^/]+/)+' : '(?:[^/]+/)*';
    return `${part
      .replaceAll('.', String.raw`\.`)
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}/`;
  });
  return new RegExp(`^${sources.join('')}$`);
}

test('many ** take no more than a moment', () => {
  const filters: SyncFilter[] = [{ exclude: `${'**/a/'.repeat(100)}b` }];
  assert.ok(compileFilters(filters)('a/'.repeat(1000) + 'c', false));
});

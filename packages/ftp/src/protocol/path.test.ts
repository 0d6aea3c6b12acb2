import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  MAX_COMPONENT_LENGTH,
  MAX_PATH_LENGTH,
  baseName,
  isInside,
  joinPath,
  parentPath,
  parseQuotedPath,
  quotePath,
  resolvePath,
} from './path.js';
import { SyntaxFault } from './syntax-fault.js';
import { decodeText, encodeText } from './text.js';

const isPathFault = (error: unknown) => error instanceof SyntaxFault && error.part === 'path';

/** Text as it comes from the wire: any bytes, those that are not UTF-8 escaped. */
const wireText = fc.uint8Array({ maxLength: 40 }).map(decodeText);
const messyPath = fc
  .array(fc.oneof(fc.constantFrom('.', '..', '', '...', '~', 'a', '\\', '..\\..', ' '), wireText), { maxLength: 12 })
  .map((parts) => parts.join('/').replaceAll(/[\0\r\n]/g, '_'));
const normalPath = messyPath.map((path) => resolvePath('/', path));

test('a path is resolved against the directory, and .. never climbs above the root', () => {
  const table: readonly (readonly [directory: string, argument: string, path: string])[] = [
    ['/', '', '/'],
    ['/a/b', '', '/a/b'],
    ['/a/b', 'c', '/a/b/c'],
    ['/a/b', '/c', '/c'],
    ['/a/b', '.', '/a/b'],
    ['/a/b', './c/.', '/a/b/c'],
    ['/a/b', '..', '/a'],
    ['/a/b', '../..', '/'],
    ['/a/b', '../../../../etc/passwd', '/etc/passwd'],
    ['/a/b', '/../../c', '/c'],
    ['/a', 'c/../../d', '/d'],
    ['/a', 'b//c///d/', '/a/b/c/d'],
    ['/a', '//', '/'],
    ['/a', '...', '/a/...'],
    ['/a', '..b', '/a/..b'],
    ['/a', '..\\..\\b', '/a/..\\..\\b'],
    ['/a', '~', '/a/~'],
    ['/a', '~root/x', '/a/~root/x'],
    ['/a', ' ', '/a/ '],
    ['/a', '-l', '/a/-l'],
    ['/a', '%2e%2e/b', '/a/%2e%2e/b'],
    ['/a', '\uDCC0\uDCAE', '/a/\uDCC0\uDCAE'],
  ];
  for (const [directory, argument, path] of table) {
    assert.equal(resolvePath(directory, argument), path, `${directory} + ${argument}`);
  }
});

test('NUL, CR and LF anywhere in a path are refused', () => {
  for (const character of ['\0', '\r', '\n']) {
    for (const path of [`${character}a`, `a${character}`, `a/${character}/../b`]) {
      assert.throws(() => resolvePath('/', path), isPathFault);
      assert.throws(() => resolvePath(`/${path}`, 'b'), isPathFault);
    }
  }
});

test('a component may have 255 octets and no more, counted as they are on the wire', () => {
  for (const [character, octets] of [
    ['a', 1],
    ['é', 2],
    ['€', 3],
    ['😀', 4],
    ['\uDCFF', 1],
  ] as const) {
    const longest = character.repeat(Math.floor(MAX_COMPONENT_LENGTH / octets));
    assert.equal(resolvePath('/', longest), `/${longest}`);
    assert.throws(() => resolvePath('/', longest + character), isPathFault);
  }
});

test('a path may have 4096 octets and no more', () => {
  const component = `/${'x'.repeat(127)}`;
  const longest = component.repeat(MAX_PATH_LENGTH / component.length);
  assert.equal(resolvePath('/', longest), longest);
  assert.throws(() => resolvePath('/', `${longest}/y`), isPathFault);
  assert.throws(() => resolvePath(longest, 'y'), isPathFault);
  assert.equal(resolvePath(longest, '../y').length, MAX_PATH_LENGTH - 126);
  assert.throws(() => resolvePath('/', `/${'é'.repeat(100)}`.repeat(21)), isPathFault);
});

test('a resolved path is absolute, has no empty, . or .. component, and resolves to itself', () => {
  fc.assert(
    fc.property(normalPath, messyPath, (directory, argument) => {
      const path = resolvePath(directory, argument);
      assert.ok(path.startsWith('/'));
      const components = path === '/' ? [] : path.slice(1).split('/');
      for (const component of components) assert.ok(!['', '.', '..'].includes(component));
      assert.equal(resolvePath('/', path), path);
      assert.equal(resolvePath(directory, path), path);
    }),
  );
});

test('resolving either succeeds within the limits or throws a path fault, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        const path = resolvePath('/', decodeText(bytes));
        assert.ok(encodeText(path).length <= MAX_PATH_LENGTH);
        for (const component of path.split('/')) assert.ok(encodeText(component).length <= MAX_COMPONENT_LENGTH);
      } catch (error) {
        assert.ok(isPathFault(error), String(error));
      }
    }),
  );
});

test('a quoted path doubles its quotes', () => {
  assert.equal(quotePath('/a "b"'), '"/a ""b"""');
  assert.equal(quotePath('/'), '"/"');
});

test('a quoted path ends at the first quote that is not doubled', () => {
  const table = [
    ['"/a" is current', { path: '/a', rest: ' is current' }],
    ['"/a""b"', { path: '/a"b', rest: '' }],
    ['""', { path: '', rest: '' }],
    ['""""', { path: '"', rest: '' }],
    ['"/a""" "x"', { path: '/a"', rest: ' "x"' }],
    ['"/a', undefined],
    ['"/a""', undefined],
    ['"', undefined],
    ['"""', undefined],
    ['', undefined],
    ['/a', undefined],
    [' "/a"', undefined],
  ] as const;
  for (const [text, expected] of table) assert.deepEqual(parseQuotedPath(text), expected, text);
});

test('any path survives quoting, escaped bytes and all, and so does the text behind it', () => {
  const quoteRich = fc
    .array(fc.oneof(fc.constant(0x22), fc.nat({ max: 255 })), { maxLength: 20 })
    .map((bytes) => decodeText(Uint8Array.from(bytes)));
  fc.assert(
    fc.property(quoteRich, quoteRich, (path, comment) => {
      const line = decodeText(encodeText(`${quotePath(path)} ${comment}`));
      assert.deepEqual(parseQuotedPath(line), { path, rest: ` ${comment}` });
    }),
  );
});

test('a path is its parent joined with its base name', () => {
  const table = [
    ['/', '/', '/'],
    ['/a', '/', 'a'],
    ['/a/b', '/a', 'b'],
    ['/a/b c/d', '/a/b c', 'd'],
  ] as const;
  for (const [path, parent, name] of table) {
    assert.equal(parentPath(path), parent);
    assert.equal(baseName(path), name);
  }
  fc.assert(
    fc.property(normalPath, (path) => {
      fc.pre(path !== '/');
      assert.equal(joinPath(parentPath(path), baseName(path)), path);
      assert.equal(resolvePath(path, '..'), parentPath(path));
    }),
  );
});

test('a path is inside itself and its ancestors, not inside a sibling with the same beginning', () => {
  const table = [
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/a/b/c', '/a', true],
    ['/ab', '/a', false],
    ['/a', '/a/b', false],
    ['/', '/a', false],
    ['/', '/', true],
    ['/a', '/', true],
  ] as const;
  for (const [path, directory, expected] of table) assert.equal(isInside(path, directory), expected, path);
});

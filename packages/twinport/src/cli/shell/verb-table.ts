import { UsageFault } from '../../daemon/usage-fault.js';
import { catCommand } from '../cat.js';
import { HERE } from '../command-host.js';
import { cpCommand } from '../cp.js';
import { findCommand } from '../find.js';
import { getCommand } from '../get.js';
import { hashCommand } from '../hash.js';
import { lsCommand } from '../ls.js';
import { mkdirCommand } from '../mkdir.js';
import { mvCommand } from '../mv.js';
import { putCommand } from '../put.js';
import { rawCommand } from '../raw.js';
import { rmCommand } from '../rm.js';
import { statCommand } from '../stat.js';
import { syncCommand } from '../sync.js';
import { commandVerb } from './command-verb.js';
import { chmod, touch } from './file-verbs.js';
import { helpVerb } from './help-verb.js';
import { cd, lcd, lls, localCommand, lpwd, pwd } from './place-verbs.js';
import {
  copyPlaces,
  getPlaces,
  literalRemotes,
  movePlaces,
  putPlaces,
  remotes,
  removePlaces,
  syncPlaces,
} from './placing.js';
import { close, exit, history, jobs, kill, mode, open, wait } from './session-verbs.js';
import type { Verb } from './verb.js';

const remoteNames = (): 'remote' => 'remote';

const ls = commandVerb({
  name: 'ls',
  brief: 'list a folder',
  usage: '[options] [PATH...]',
  help: 'list this folder, another, or what a pattern matches',
  examples: `
  ls                  names, in columns
  ls -l --sort time   type, mode, size, time and name
  ls pub/*.iso`,
  make: lsCommand,
  place: remotes,
  optional: true,
  completes: remoteNames,
});

const cat = commandVerb({
  name: 'cat',
  brief: 'print files',
  usage: '[options] PATH...',
  help: 'print files',
  examples: `
  cat README
  cat --range -1000 logs/today.log    the last 1000 octets`,
  make: catCommand,
  place: remotes,
  completes: remoteNames,
});

const get = commandVerb({
  name: 'get',
  brief: 'download files and folders',
  usage: '[options] SOURCE [NAME|FOLDER]',
  help: 'download files and folders: into the folder of this machine (lpwd), under another name, or several into a folder',
  examples: `
  get image.iso                  into this folder of this machine
  get -c image.iso               and on from where it was broken off
  get image.iso &                in the background: jobs, wait, kill
  get image.iso other.iso        under another name
  get a.txt b.txt *.log logs/    several into a folder, named last
  get dump.sql -                 to the terminal`,
  make: getCommand,
  place: getPlaces,
  background: true,
  completes: (index) => (index === 0 ? 'remote' : 'remote-or-local'),
});

const put = commandVerb({
  name: 'put',
  changes: true,
  brief: 'upload files and folders',
  usage: '[options] SOURCE [NAME|FOLDER]',
  help: 'upload files and folders: into the folder of the server (pwd), under another name, or several into a folder',
  examples: `
  put report.pdf                 into this folder of the server
  put *.txt                      all that match, of this machine
  put -p site www/site           a folder; missing folders are made
  put a.txt b.txt in/            several into a folder, named last`,
  make: putCommand,
  place: putPlaces,
  background: true,
  completes: (index) => (index === 0 ? 'local' : 'local-or-remote'),
});

const cp = commandVerb({
  name: 'cp',
  changes: true,
  brief: 'copy on or between servers',
  usage: '[options] SOURCE... TARGET',
  help: 'copy on the server, or between it and another one; local:PATH is of this machine',
  examples: `
  cp a.txt b.txt
  cp image.iso ftp://bob@b.example/in/    directly between the servers, else through here
  cp local:report.pdf in/`,
  make: cpCommand,
  place: copyPlaces,
  background: true,
  completes: () => 'marked',
});

const mv = commandVerb({
  name: 'mv',
  changes: true,
  brief: 'move or rename',
  usage: '[options] SOURCE... TARGET',
  help: 'move or rename on the server, or to another one',
  examples: `
  mv a.txt b.txt
  mv *.csv done/`,
  make: mvCommand,
  place: movePlaces,
  background: true,
  completes: remoteNames,
});

const rm = commandVerb({
  name: 'rm',
  changes: true,
  brief: 'delete files and folders',
  usage: '[options] PATH...',
  help: 'delete files and folders',
  examples: `
  rm old.txt          asks first
  rm --yes *.tmp
  rm -r -n old        what would be deleted`,
  make: rmCommand,
  place: removePlaces,
  background: true,
  completes: remoteNames,
});

const mkdir = commandVerb({
  name: 'mkdir',
  changes: true,
  brief: 'make folders',
  usage: '[options] PATH...',
  help: 'make folders',
  examples: `
  mkdir -p reports/2026/01`,
  make: mkdirCommand,
  place: literalRemotes,
  completes: () => 'remote-folder',
});

const stat = commandVerb({
  name: 'stat',
  brief: 'all that is known of a file',
  usage: '[options] [PATH...]',
  help: 'show all that the server says of a file or a folder',
  make: statCommand,
  place: remotes,
  optional: true,
  completes: remoteNames,
});

const hash = commandVerb({
  name: 'hash',
  brief: 'hashes of files',
  usage: '[options] PATH...',
  help: 'have the server hash files, or download and hash them',
  make: hashCommand,
  place: remotes,
  completes: remoteNames,
});

const find = commandVerb({
  name: 'find',
  brief: 'search a folder',
  usage: '[options] [PATH...]',
  help: 'search a folder and all that is in it',
  examples: `
  find --name '*.iso' --min-size 500M
  find in --type f --newer-than 2d`,
  make: findCommand,
  place: literalRemotes,
  optional: true,
  completes: () => 'remote-folder',
});

const sync = commandVerb({
  name: 'sync',
  changes: true,
  brief: 'make folder B like folder A',
  usage: '[options] A B',
  help: 'make folder B like folder A; local:PATH is of this machine',
  examples: `
  sync local:site www             what is new here goes there
  sync --delete -n local:site www what would be done
  sync pub local:mirror &`,
  make: syncCommand,
  place: syncPlaces,
  background: true,
  completes: () => 'marked',
});

const raw = commandVerb({
  name: 'raw',
  changes: true,
  brief: 'send a command as it is',
  usage: '[options] COMMAND...',
  help: 'send a command as it is, and print the reply',
  examples: `
  raw FEAT
  raw SITE CHMOD 640 a.txt`,
  make: rawCommand,
  place: (words) => [HERE, words.map(({ text }) => text).join(' ')],
  line: true,
  completes: () => 'none',
});

const help = helpVerb(() => VERBS, findVerb);

/** Every command of the shell, as help lists them. */
export const VERBS: readonly Verb[] = [
  ls,
  cat,
  get,
  put,
  cp,
  mv,
  rm,
  mkdir,
  stat,
  hash,
  find,
  sync,
  chmod,
  touch,
  raw,
  cd,
  pwd,
  lcd,
  lpwd,
  lls,
  localCommand,
  jobs,
  wait,
  kill,
  open,
  close,
  mode,
  help,
  history,
  exit,
];

const BY_NAME: ReadonlyMap<string, Verb> = new Map(
  VERBS.flatMap((verb) => [verb.name, ...(verb.aliases ?? [])].map((name) => [name, verb] as const)),
);

/** All names, aliases too. */
export const VERB_NAMES: readonly string[] = [...BY_NAME.keys()];

/** Throws UsageFault where there is none of that name. */
/** What ftp, lftp and sftp call it. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ...['dir', 'nlist', 'cls'].map((name) => [name, 'ls -l'] as const),
  ...['mget', 'pget', 'recv', 'reget'].map((name) => [name, 'get'] as const),
  ...['mput', 'send', 'reput'].map((name) => [name, 'put'] as const),
  ...['del', 'delete', 'mdelete', 'mrm'].map((name) => [name, 'rm'] as const),
  ['rmdir', 'rm'],
  ['rename', 'mv'],
  ['mirror', 'sync'],
  ['quote', 'raw'],
  ['du', 'find -l'],
  ['user', 'open ftp://USER@HOST'],
  ['lmkdir', '! mkdir'],
  ['passive', 'mode passive'],
  ['clear', 'Ctrl-L'],
]);

export function findVerb(name: string): Verb {
  const verb = BY_NAME.get(name);
  if (verb) return verb;
  const ours = ELSEWHERE.get(name.toLowerCase());
  throw new UsageFault(`there is no command ${name}: ${ours === undefined ? 'help lists them' : `here it is ${ours}`}`);
}

export function knownVerb(name: string): Verb | undefined {
  return BY_NAME.get(name);
}

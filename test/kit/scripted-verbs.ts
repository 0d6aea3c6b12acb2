import { posix } from 'node:path';
import { parseEprt, parseHostPort } from '@twinport/ftp/protocol';
import { type Answer, END, LISTEN, OPEN, RST, type Script, SECURE, CLOSE, TAKE_ALL, data } from './script.js';
import type { ScriptedData } from './scripted-data.js';
import type { ScriptedTree } from './scripted-tree.js';

/** What one session of a right server remembers. */
export class SessionState {
  readonly tree: ScriptedTree;
  readonly script: Script;
  directory = '/';
  offset = 0;
  renameFrom = '';
  /** PROT P. */
  protect = false;

  constructor(tree: ScriptedTree, script: Script) {
    this.tree = tree;
    this.script = script;
  }

  path(argument: string): string {
    return posix.resolve(this.directory, argument || '.');
  }
}

type Default = (argument: string, state: SessionState, connection: ScriptedData) => Answer;

const FEATURES = ['MDTM', 'MFMT', 'MLST type*;size*;modify*;', 'REST STREAM', 'SIZE', 'TVFS', 'UTF8', 'EPSV', 'EPRT'];
const TLS_FEATURES = ['AUTH TLS', 'PBSZ', 'PROT'];

/** What a right server answers to a line. */
export function defaultAnswer(line: string, state: SessionState, connection: ScriptedData): Answer {
  const space = line.indexOf(' ');
  const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase();
  const argument = space < 0 ? '' : line.slice(space + 1);
  const known = DEFAULTS[verb];
  return known ? known(argument, state, connection) : '502 Not implemented';
}

const DEFAULTS: Readonly<Record<string, Default>> = {
  '': () => '220 Ready',
  USER: () => '331 Password, please',
  PASS: () => '230 Logged in',
  ACCT: () => '202 Superfluous',
  AUTH: (_, { script }) => (script.tls ? ['234 Go on', SECURE] : '502 No TLS'),
  PBSZ: () => '200 PBSZ=0',
  PROT: (level, state) => {
    state.protect = level.toUpperCase() === 'P';
    return '200 Done';
  },
  SYST: () => '215 UNIX Type: L8',
  FEAT: (_, { script }) => features(script),
  OPTS: () => '200 Done',
  CLNT: () => '200 Noted',
  TYPE: () => '200 Done',
  MODE: () => '200 Done',
  STRU: () => '200 Done',
  NOOP: () => '200 Still here',
  PWD: (_, { directory }) => `257 "${directory.replaceAll('"', '""')}" is the working directory`,
  CWD: (path, state) => {
    if (!state.tree.folders.has(state.path(path))) return '550 No such folder';
    state.directory = state.path(path);
    return '250 Done';
  },
  EPSV: () => [LISTEN, '229 Entering Extended Passive Mode (|||{port}|)'],
  PASV: () => [LISTEN, '227 Entering Passive Mode (127,0,0,1,{p1},{p2})'],
  EPRT: (argument, _, connection) => {
    connection.dialTo(parseEprt(argument).endpoint);
    return '200 Done';
  },
  PORT: (argument, _, connection) => {
    connection.dialTo(parseHostPort(argument));
    return '200 Done';
  },
  REST: (offset, state) => {
    state.offset = Number(offset);
    return '350 Go on';
  },
  RETR: (path, state) => retrieve(state.path(path), state),
  STOR: (path, state) => store(state.path(path), takeOffset(state)),
  APPE: (path, state) => store(state.path(path), state.tree.files.get(state.path(path))?.length ?? 0),
  LIST: (argument, state) => listing(state.tree.unixListing(state.path(argument.replace(/^-\w+ ?/, '')))),
  NLST: (argument, state) =>
    listing(
      state.tree
        .children(state.path(argument))
        .map((path) => `${posix.basename(path)}\r\n`)
        .join(''),
    ),
  MLSD: (path, state) => listing(state.tree.machineListing(state.path(path))),
  MLST: (argument, state) => {
    const path = state.path(argument);
    if (!state.tree.has(path)) return '550 No such file';
    return ['250-Facts', ` ${state.tree.facts(path, path)}`, '250 End'];
  },
  SIZE: (path, state) => onFile(path, state, (file) => `213 ${file.length}`),
  MDTM: (path, state) => onFile(path, state, () => `213 ${state.tree.modified()}`),
  MFMT: (argument, state) => onFile(argument.replace(/^\S+ /, ''), state, () => `213 Modify=${argument}`),
  DELE: (path, state) =>
    onFile(path, state, () => {
      state.tree.remove(state.path(path));
      return '250 Done';
    }),
  MKD: (path, state) => {
    if (state.tree.has(state.path(path))) return '550 Exists';
    if (!state.tree.folders.has(posix.dirname(state.path(path)))) return '550 No such folder';
    state.tree.folders.add(state.path(path));
    return `257 "${state.path(path)}" made`;
  },
  RMD: (path, state) => {
    if (!state.tree.folders.has(state.path(path))) return '550 No such folder';
    state.tree.remove(state.path(path));
    return '250 Done';
  },
  RNFR: (path, state) => {
    state.renameFrom = state.path(path);
    return state.tree.has(state.renameFrom) ? '350 Go on' : '550 No such file';
  },
  RNTO: (path, state) => {
    state.tree.rename(state.renameFrom, state.path(path));
    return '250 Done';
  },
  /** The reply tells which command it belongs to. */
  SITE: (argument) => (argument.startsWith('ECHO ') ? `200 ${argument}` : '504 Not this one'),
  ABOR: (_, __, { busy }) => (busy ? [RST, '426 Aborted', '226 Done'] : '225 Nothing to abort'),
  QUIT: () => ['221 Bye', CLOSE],
};

function features({ features: listed, tls }: Script): Answer {
  const all = listed ?? [...FEATURES, ...(tls ? TLS_FEATURES : [])];
  return ['211-Features', ...all.map((each) => ` ${each}`), '211 End'];
}

function takeOffset(state: SessionState): number {
  const { offset } = state;
  state.offset = 0;
  return offset;
}

function retrieve(path: string, state: SessionState): Answer {
  const offset = takeOffset(state);
  const file = state.tree.files.get(path);
  if (!file) return '550 No such file';
  return [`150 Here it comes (${file.length - offset} bytes)`, OPEN, data(file.subarray(offset)), END, '226 Done'];
}

/** How an upload that is taken goes on from 150. */
function store(path: string, offset: number): Answer {
  return ['150 Go on', OPEN, TAKE_ALL, { on: 'data', do: 'store', path, offset }, END, '226 Stored'];
}

function listing(text: string): Answer {
  return ['150 Here it comes', OPEN, data(text), END, '226 Done'];
}

function onFile(path: string, state: SessionState, answer: (file: Buffer) => string): Answer {
  const file = state.tree.files.get(state.path(path));
  return file ? answer(file) : '550 No such file';
}

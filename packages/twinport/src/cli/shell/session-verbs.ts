import { printable } from '../../daemon/printable.js';
import { UsageFault } from '../../daemon/usage-fault.js';
import { exitCodeOfAll } from '../exit-code.js';
import { EXIT } from '../exit.js';
import { atMost } from './place-verbs.js';
import type { Verb } from './verb.js';

export const open: Verb = {
  name: 'open',
  brief: 'connect to a server',
  usage: '[URL|SITE:[PATH]]',
  help: 'connect to a server, and close the one that is open; without argument, to the last one again',
  completes: () => 'site',
  async run({ shell, words, signal }) {
    atMost(words, 1, 'open');
    const text = words[0]?.text ?? shell.last;
    if (text === undefined) throw new UsageFault('open: name a server, such as ftp://HOST or SITE:');
    await shell.open(text, signal);
    return EXIT.ok;
  },
};

export const close: Verb = {
  name: 'close',
  brief: 'end the connection',
  usage: '',
  help: 'end the connection, and stay in the shell',
  completes: () => 'none',
  async run({ shell, words }) {
    atMost(words, 0, 'close');
    if (!shell.opened) throw new UsageFault('no server is open');
    await shell.close();
    return EXIT.ok;
  },
};

export const exit: Verb = {
  name: 'exit',
  brief: 'end the shell',
  aliases: ['quit', 'bye'],
  usage: '',
  help: 'end the shell; so does Ctrl-D',
  completes: () => 'none',
  async run({ shell, words }) {
    atMost(words, 0, 'exit');
    shell.leaving = true;
    return EXIT.ok;
  },
};

export const mode: Verb = {
  name: 'mode',
  brief: 'passive, active or auto',
  usage: '[auto|passive|active]',
  help: 'show or set who opens the data connection: we (passive), the server (active), or whatever works (auto)',
  completes: (index) => (index === 0 ? 'mode' : 'none'),
  async run({ shell, words, signal }) {
    atMost(words, 1, 'mode');
    const { options, dataPath } = shell.server;
    const wanted = words[0]?.text;
    if (wanted === undefined) {
      const used = dataPath ? `; the last data connection was ${dataPath.mode} ${dataPath.command}` : '';
      process.stdout.write(`${options.data?.mode ?? 'auto'}${used}\n`);
      return EXIT.ok;
    }
    if (wanted !== 'auto' && wanted !== 'passive' && wanted !== 'active')
      throw new UsageFault(`mode: ${wanted} is none of auto, passive and active`);
    await shell.setMode(wanted, signal);
    return EXIT.ok;
  },
};

export const history: Verb = {
  name: 'history',
  brief: 'lines that were typed',
  usage: '[N]',
  help: 'print the last lines that were typed; lines with passwords are never kept',
  completes: () => 'none',
  async run({ shell, words }) {
    atMost(words, 1, 'history');
    const count = Number(words[0]?.text ?? 50);
    if (!Number.isSafeInteger(count) || count < 1) throw new UsageFault('history: give a number of lines');
    const all = shell.historyLines();
    const first = Math.max(0, all.length - count);
    const width = String(all.length).length;
    const lines = all.slice(first).map((line, index) => `${String(first + index + 1).padStart(width)}  ${line}`);
    process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
    return EXIT.ok;
  },
};

export const jobs: Verb = {
  name: 'jobs',
  brief: 'what runs in the background',
  usage: '',
  help: 'list what runs in the background, and how far it is',
  completes: () => 'none',
  async run({ shell, words }) {
    atMost(words, 0, 'jobs');
    for (const line of shell.jobs.lines()) process.stdout.write(`${line}\n`);
    return EXIT.ok;
  },
};

export const wait: Verb = {
  name: 'wait',
  brief: 'wait for jobs',
  usage: '[N]',
  help: 'wait for a job, or for all of them; Ctrl-C ends the waiting, not the job',
  completes: () => 'none',
  async run({ shell, words, signal }) {
    atMost(words, 1, 'wait');
    const awaited = words[0] ? [shell.jobs.find(words[0].text)] : shell.jobs.running;
    const interrupted = new Promise<undefined>((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const codes = await Promise.race([Promise.all(awaited.map(({ done }) => done)), interrupted]);
    if (!codes) return EXIT.interrupted;
    shell.jobs.takeCodes();
    return exitCodeOfAll(
      codes.filter((code) => code !== EXIT.ok),
      codes.filter((code) => code === EXIT.ok).length,
    );
  },
};

export const kill: Verb = {
  name: 'kill',
  brief: 'stop jobs',
  usage: 'N...',
  help: 'stop jobs; what they have transferred stays, so that get -c and put -c go on from there',
  completes: () => 'none',
  async run({ shell, words }) {
    if (words.length === 0) throw new UsageFault('kill: give the number of a job; jobs lists them');
    const found = words.map(({ text }) => shell.jobs.find(text));
    for (const { abort } of found) abort.abort(new Error('killed'));
    await Promise.all(found.map(({ done }) => done));
    shell.jobs.takeCodes();
    return EXIT.ok;
  },
};

import { Readable } from 'node:stream';
import { FtpError } from '@twinport/ftp/client';
import { UsageFault } from '../../daemon/usage-fault.js';
import { exitCodeOfAll } from '../exit-code.js';
import { EXIT } from '../exit.js';
import type { Verb, VerbCall } from './verb.js';

export const chmod: Verb = {
  name: 'chmod',
  brief: 'set permissions',
  usage: 'MODE PATH...',
  help: 'set the permissions of files and folders of the server: 644, 0755',
  completes: (index) => (index === 0 ? 'none' : 'remote'),
  async run(call) {
    const [mode, ...paths] = call.words;
    if (!mode || paths.length === 0) throw new UsageFault('chmod: give a mode and what it is for (help chmod)');
    if (!/^[0-7]{3,4}$/.test(mode.text)) throw new UsageFault(`chmod: ${mode.text} is no mode such as 644 or 0755`);
    const bits = Number.parseInt(mode.text, 8);
    const { client } = call.shell.server;
    return await forEach({ ...call, words: paths }, (path) => client.setMode(path, bits, { signal: call.signal }));
  },
};

export const touch: Verb = {
  name: 'touch',
  changes: true,
  brief: 'set the time to now',
  usage: 'PATH...',
  help: 'give files of the server the present time, and make those that are not there, empty',
  completes: () => 'remote',
  async run(call) {
    if (call.words.length === 0) throw new UsageFault('touch: name a file');
    const { client } = call.shell.server;
    const { signal } = call;
    return await forEach(call, async (path) => {
      try {
        await client.stat(path, { signal });
      } catch (error) {
        if (!(error instanceof FtpError) || error.code !== 'NOT_FOUND') throw error;
        await client.put(Readable.from([]), path, { signal, ifExists: 'error' });
        return;
      }
      await client.setModified(path, new Date(), { signal });
    });
  },
};

/** Says what failed, and goes on with the next. */
async function forEach({ shell, words, signal }: VerbCall, work: (path: string) => Promise<void>): Promise<number> {
  const failures: number[] = [];
  for (const { text } of words) {
    try {
      await work(shell.server.at(text));
    } catch (error) {
      if (signal.aborted) throw error;
      failures.push(shell.report(error, text));
    }
  }
  return failures.length === 0 ? EXIT.ok : exitCodeOfAll(failures, words.length - failures.length);
}

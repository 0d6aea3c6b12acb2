import { fileURLToPath } from 'node:url';
import { type ClientContestant, HOST, type Job, PASSWORD, USER } from './contract.js';
import { beyond, timeProcess } from './timed-process.js';

const script = fileURLToPath(new URL('../../../packages/twinport/dist/cli/main.js', import.meta.url));

/** Our command: whole runs, less one that only logs in. What is done over one connection says little beside the library. */
export const twinportCommand: ClientContestant = {
  name: 'twinport-command',
  missing: () => undefined,
  can: ({ work, connections }) => work === 'download-file' || work === 'upload' || connections > 1,
  async run(job, stop) {
    const run = (args: readonly string[]): ReturnType<typeof timeProcess> =>
      timeProcess(process.execPath, [script, ...args, ...(job.tls ? ['--tls', 'explicit', '--insecure'] : [])], stop);
    const url = `ftp://${USER}:${encodeURIComponent(PASSWORD)}@${HOST}:${job.port}`;
    const login = await run(['stat', `${url}/`]);
    return beyond(await run([...argumentsOf(job, url), '--quiet', '--parallel', `${job.connections}`]), login);
  },
};

function argumentsOf({ work, file, smallFiles, source, target, tree }: Job, url: string): readonly string[] {
  switch (work) {
    case 'download-file':
      return ['get', `${url}/${file}`, `${target}/${file}`];
    case 'download-null':
      throw new Error('not asked of the command');
    case 'upload':
      return ['put', `${source}/${file}`, `${url}/in/${file}`];
    case 'small-down':
      return ['get', `${url}/small/*`, `${target}/`];
    case 'small-up':
      return ['put', ...smallFiles.map((name) => `${source}/small/${name}`), `${url}/in/`];
    case 'sync':
      return ['sync', `${url}/tree`, tree];
  }
}

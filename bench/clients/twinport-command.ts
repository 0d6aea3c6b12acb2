import { fileURLToPath } from 'node:url';
import { type ClientContestant, HOST, type Job, PASSWORD, USER } from './contract.js';
import { timeWork } from './timed-process.js';

const script = fileURLToPath(new URL('../../../packages/twinport/dist/cli/main.js', import.meta.url));

/** Our command: whole runs, less one that only logs in. What is done over one connection says little beside the library. */
export const twinportCommand: ClientContestant = {
  name: 'twinport-command',
  missing: () => undefined,
  can: ({ work, connections }) => work === 'download-file' || work === 'upload' || connections > 1,
  run(job, stop) {
    const tls = job.tls ? ['--tls', 'explicit', '--insecure'] : [];
    const url = `ftp://${USER}:${encodeURIComponent(PASSWORD)}@${HOST}:${job.port}`;
    const args = [...argumentsOf(job, url), ...tls, '--quiet', '--parallel', `${job.connections}`];
    const login = [script, 'stat', `${url}/`, ...tls];
    return timeWork({ command: process.execPath, work: [script, ...args], login }, job, stop);
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

import { writeFileSync } from 'node:fs';
import { type ClientContestant, HOST, type Job, PASSWORD, USER } from './contract.js';
import { missingProgram, timeWork } from './timed-process.js';

/**
 * Whole runs, less one that only logs in. Many files are one run too, with a list of them. Over one connection curl 7.88 sleeps for
 * a second whenever the reply to EPSV is there at once: it has read it, and then waits for no socket at all. That is left out.
 */
export const curl: ClientContestant = {
  name: 'curl',
  missing: () => missingProgram('curl'),
  can: ({ work, connections }) => work !== 'sync' && (!work.startsWith('small') || connections > 1),
  async run(job, stop) {
    const args = ['-q', '-sS', '-u', `${USER}:${PASSWORD}`, ...(job.tls ? ['-k', '--ssl-reqd'] : [])];
    const url = `ftp://${HOST}:${job.port}`;
    const commands = {
      command: 'curl',
      work: [...args, ...argumentsOf(job, url)],
      login: [...args, '--head', `${url}/`],
    };
    const sample = await timeWork(commands, job, stop);
    const { said } = sample;
    if (job.work === 'download-null' && Number(said) !== job.octets) throw new Error(`got ${said} octets`);
    return sample;
  },
};

function argumentsOf(job: Job, url: string): readonly string[] {
  const { work, connections, file, source, target } = job;
  switch (work) {
    case 'download-file':
      return ['-o', `${target}/${file}`, `${url}/${file}`];
    case 'download-null':
      return ['-o', '/dev/null', '-w', '%{stderr}%{size_download}\n', `${url}/${file}`];
    case 'upload':
      return ['-T', `${source}/${file}`, `${url}/in/${file}`];
    case 'small-down':
    case 'small-up':
      return [...(connections > 1 ? ['-Z', '--parallel-max', `${connections}`] : []), '-K', writeList(job, url)];
    case 'sync':
      throw new Error('curl has no sync');
  }
}

/** A file with an entry for each transfer. */
function writeList({ work, smallFiles, source, target }: Job, url: string): string {
  const list = `${target}.curl`;
  const lines = smallFiles.map((name) =>
    work === 'small-down'
      ? `url = "${url}/small/${name}"\noutput = "${target}/${name}"`
      : `url = "${url}/in/${name}"\nupload-file = "${source}/small/${name}"`,
  );
  writeFileSync(list, `${lines.join('\n')}\n`);
  return list;
}

import { type ClientContestant, HOST, type Job, PASSWORD, USER } from './contract.js';
import { missingProgram, timeWork } from './timed-process.js';

/** Whole runs, less one that only logs in. */
export const lftp: ClientContestant = {
  name: 'lftp',
  missing: () => missingProgram('lftp'),
  can: () => true,
  run: (job, stop) =>
    timeWork({ command: 'lftp', work: script(job, commandOf(job)), login: script(job, 'cd /') }, job, stop),
};

function script({ port, tls }: Job, command: string): readonly string[] {
  const settings = {
    'cmd:fail-exit': 'yes',
    'net:max-retries': 1,
    'xfer:clobber': 'yes',
    'xfer:make-backup': 'no',
    'ssl:verify-certificate': 'no',
    'ftp:ssl-allow': tls ? 'yes' : 'no',
    'ftp:ssl-force': tls ? 'yes' : 'no',
    'ftp:ssl-allow-anonymous': tls ? 'yes' : 'no',
  };
  const lines = Object.entries(settings).map(([name, value]) => `set ${name} ${value}`);
  return ['--norc', '-c', [...lines, `open -u ${USER},${PASSWORD} ftp://${HOST}:${port}`, command].join('; ')];
}

function commandOf({ work, connections, file, source, target, tree }: Job): string {
  const mirror = `mirror --no-perms --parallel=${connections}`;
  switch (work) {
    case 'download-file':
      return `get /${file} -o ${target}/${file}`;
    case 'download-null':
      return `cat /${file}`;
    case 'upload':
      return `put ${source}/${file} -o /in/${file}`;
    case 'small-down':
      return `${mirror} /small ${target}`;
    case 'small-up':
      return `${mirror} --reverse ${source}/small /in`;
    case 'sync':
      return `${mirror} /tree ${tree}`;
  }
}

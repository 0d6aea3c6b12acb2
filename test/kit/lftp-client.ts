import { dirname } from 'node:path';
import { type ForeignClient, type Step, type Target, bracketed } from './foreign-client.js';
import { runProgram } from './run-program.js';

/** One lftp with a script. It fails at the first command that does. */
export const lftpClient: ForeignClient = {
  name: 'lftp',
  program: 'lftp',
  async run(target, steps) {
    const lines = [...settings(target), open(target), ...steps.flatMap(stepCommands)];
    // HOME: nobody's own lftp settings; a UTF-8 locale: lftp converts file names between the locale and the server's UTF8.
    const home = dirname(target.ca);
    await runProgram('lftp', ['--norc', '-c', lines.join('; ')], {
      env: { HOME: home, LFTP_HOME: home, LC_ALL: 'C.UTF-8' },
    });
  },
  excluded: () => false,
};

function settings({ mode, security, ca, tlsVersion }: Target): readonly string[] {
  return [
    'set cmd:fail-exit yes',
    'set net:max-retries 1',
    'set net:timeout 10',
    'set cache:enable no',
    `set ftp:passive-mode ${mode === 'passive'}`,
    `set ftp:ssl-allow ${security !== 'clear'}`,
    `set ftp:ssl-force ${security !== 'clear'}`,
    'set ftp:ssl-protect-data yes',
    `set ssl:ca-file ${quoted(ca)}`,
    ...(tlsVersion === undefined ? [] : [`set ssl:priority "NORMAL:-VERS-ALL:+VERS-TLS${tlsVersion}"`]),
  ];
}

function open({ host, port, security }: Target): string {
  return `open -u user,secret -p ${port} ${security === 'implicit' ? 'ftps' : 'ftp'}://${bracketed(host)}`;
}

function stepCommands(step: Step): readonly string[] {
  switch (step.do) {
    case 'list':
      return [`ls ${quoted(step.folder)} > ${quoted(step.into)}`];
    case 'facts':
      return ['set ftp:use-mlsd yes', `cls -l ${quoted(step.folder)} > ${quoted(step.into)}`, 'set ftp:use-mlsd no'];
    case 'get':
    case 'put': {
      const [from, to] = step.do === 'get' ? [step.remote, step.local] : [step.local, step.remote];
      return [`${step.do} ${step.resume ? '-c ' : ''}${quoted(from)} -o ${quoted(to)}`];
    }
    case 'rename':
      return [`mv ${quoted(step.from)} ${quoted(step.to)}`];
    case 'remove':
      return [`rm ${quoted(step.path)}`];
    case 'makeFolder':
      return [`mkdir ${quoted(step.path)}`];
    case 'removeFolder':
      return [`rmdir ${quoted(step.path)}`];
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

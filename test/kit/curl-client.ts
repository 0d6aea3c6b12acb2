import { execFileSync } from 'node:child_process';
import { type ForeignClient, type Step, type Target, bracketed } from './foreign-client.js';
import { runProgram } from './run-program.js';

/**
 * A curl for each step, as scripts use it. `extra` are options for every step. One curl for all would meet curl/curl#6149: it resumes
 * only the first TLS 1.3 data connection, and on the later ones it resets an upload, the server's session tickets being unread.
 */
export function curlClient(extra: readonly string[] = []): ForeignClient {
  return {
    name: 'curl',
    program: 'curl',
    async run(target, steps) {
      const common = ['--disable', ...connection(target), ...extra];
      for (const step of steps) await runProgram('curl', [...common, ...stepArguments(target, step)]);
    },
    excluded({ mode, security }) {
      if (mode === 'passive' || security === 'clear') return false;
      return /^curl 7\.8[78]\./.test(version())
        ? 'curl 7.87 and 7.88 never do TLS on an active data connection (curl/curl#10666)'
        : false;
    },
  };
}

let known: string | undefined;
function version(): string {
  known ??= execFileSync('curl', ['--version'], { encoding: 'utf8' });
  return known;
}

function connection({ mode, security, ca, tlsVersion }: Target): readonly string[] {
  const always = ['--silent', '--show-error', '--globoff', '--max-time', '30', '--user', 'user:secret', '--cacert', ca];
  return [
    ...always,
    ...(mode === 'active' ? ['--ftp-port', '-'] : []),
    ...(security === 'explicit' ? ['--ssl-reqd'] : []),
    ...(tlsVersion === undefined ? [] : [`--tlsv${tlsVersion}`, '--tls-max', tlsVersion]),
  ];
}

function stepArguments(target: Target, step: Step): readonly string[] {
  const url = (path: string): string =>
    `${target.security === 'implicit' ? 'ftps' : 'ftp'}://${bracketed(target.host)}:${target.port}${encodeURI(path)}`;
  // --head on a folder transfers nothing: only the commands are sent.
  const commands = (...lines: readonly string[]): string[] => [
    '--head',
    ...lines.flatMap((line) => ['--quote', line]),
    url('/'),
  ];
  switch (step.do) {
    case 'list':
      return ['--output', step.into, url(asFolder(step.folder))];
    case 'facts':
      return ['--request', 'MLSD', '--output', step.into, url(asFolder(step.folder))];
    case 'get':
      return [...(step.resume ? ['--continue-at', '-'] : []), '--output', step.local, url(step.remote)];
    case 'put':
      return [...(step.resume ? ['--continue-at', '-'] : []), '--upload-file', step.local, url(step.remote)];
    case 'rename':
      return commands(`RNFR ${step.from}`, `RNTO ${step.to}`);
    case 'remove':
      return commands(`DELE ${step.path}`);
    case 'makeFolder':
      return commands(`MKD ${step.path}`);
    case 'removeFolder':
      return commands(`RMD ${step.path}`);
  }
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

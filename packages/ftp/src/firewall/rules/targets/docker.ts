import { describePorts } from '../ports.js';
import { openingsOf } from './openings.js';
import type { Renderer } from './target.js';

/** A published port is a forwarded port: the container is behind NAT. What goes out is free. */
export const docker: Renderer = (request) => {
  const openings = openingsOf(request, 'docker', { roles: ['server'], anyone: true, eachPort: true }).filter(
    ({ direction }) => direction === 'in',
  );
  const published = openings.map(({ ports }) => `${describePorts(ports)}:${describePorts(ports)}`);
  const compose = [
    'services:',
    '  ftp:',
    '    image: ftp # yours',
    '    ports:',
    ...openings.flatMap(({ remark }, index) => [`      # ${remark}`, `      - '${published[index]}'`]),
    '',
  ].join('\n');
  return {
    texts: [
      { name: 'compose.ftp.yaml', text: compose, load: 'docker compose -f compose.ftp.yaml up --detach' },
      {
        name: 'ftp.sh',
        text: `# The same without compose.\ndocker run --detach --name ftp ${published.map((each) => `--publish ${each}`).join(' ')} ftp\n`,
        load: 'sh ftp.sh',
      },
    ],
    undo: [{ name: 'undo.sh', text: 'docker compose -f compose.ftp.yaml down\n', load: 'sh undo.sh' }],
  };
};

import { describePorts } from '../ports.js';
import { openingsOf } from './openings.js';
import { type Renderer, RulesRefused } from './target.js';

/** Both connections through one proxy, each port to the same port. It opens nothing by itself, so no active mode. */
export const haproxy: Renderer = (request) => {
  const openings = openingsOf(request, 'haproxy', { roles: ['server'], anyone: true, eachPort: true });
  const { ipv4, ipv6 } = request.server ?? {};
  if (ipv4 === undefined && ipv6 === undefined)
    throw new RulesRefused('haproxy must know where the server is: --server-address');
  if (request.features.active)
    throw new RulesRefused('haproxy opens no connection towards clients: no active mode through it');
  // Without brackets the last group of an IPv6 address is taken for a port.
  const server = ipv4 ?? `[${ipv6}]`;
  const text = openings.flatMap(({ for: what, ports, remark }) => {
    const name = `ftp_${what.replaceAll(' ', '_')}`;
    return [
      `# ${remark}`,
      `listen ${name}`,
      '    mode tcp',
      `    bind :::${describePorts(ports)} v4v6`,
      '    # Control connections are silent while files travel.',
      '    timeout connect 10s',
      '    timeout client 1h',
      '    timeout server 1h',
      // Without a port: the one the client has connected to.
      `    server ftp ${server}${ports.first === ports.last ? `:${ports.first}` : ''}`,
      '',
    ];
  });
  return {
    texts: [{ name: 'ftp.cfg', text: text.join('\n'), load: 'haproxy -f /etc/haproxy/haproxy.cfg -f ftp.cfg' }],
    undo: [{ name: 'undo.sh', text: 'rm ftp.cfg\nsystemctl reload haproxy\n', load: 'sh undo.sh' }],
  };
};

import { describePorts } from '../ports.js';
import { type Opening, isNarrow, openingsOf } from './openings.js';
import type { Renderer, RulesRequest } from './target.js';

const GROUP = 'Twinport FTP';
const NETSH = 'netsh advfirewall set global StatefulFtp';
/** It is on unless somebody has turned it off. */
const STATEFUL = '# What reads the commands of FTP in Windows. It cannot read TLS, and gets in the way of FTPS.';

export const windows: Renderer = (request) => {
  const { helper } = request.features;
  const disables = helper === undefined && request.plan.tls !== 'none';
  const openings = openingsOf(request, 'windows', { roles: ['server', 'client'], helper: true });
  const text = [
    ...openings.flatMap((opening) => [`# ${opening.remark}`, commandOf(request, opening)]),
    ...(disables ? [STATEFUL, `${NETSH} disable`] : helper ? [STATEFUL, `${NETSH} enable`] : []),
    '',
  ].join('\n');
  const undo = [`Remove-NetFirewallRule -Group '${GROUP}'`, ...(disables ? [`${NETSH} enable`] : []), ''].join('\n');
  return {
    texts: [{ name: 'ftp.ps1', text, load: 'powershell -File ftp.ps1' }],
    undo: [{ name: 'undo.ps1', text: undo, load: 'powershell -File undo.ps1' }],
  };
};

function commandOf({ sources }: RulesRequest, { direction, for: what, ports, from }: Opening): string {
  const [near, far] = direction === 'in' ? [ports, from] : [from, ports];
  return [
    `New-NetFirewallRule -Group '${GROUP}' -DisplayName 'FTP ${what}'`,
    `-Direction ${direction === 'in' ? 'Inbound' : 'Outbound'} -Action Allow -Protocol TCP`,
    ...(direction === 'in' || isNarrow(near) ? [`-LocalPort ${describePorts(near)}`] : []),
    ...(direction === 'out' || isNarrow(far) ? [`-RemotePort ${describePorts(far)}`] : []),
    ...(sources ? [`-RemoteAddress ${sources.join(',')}`] : []),
  ].join(' ');
}

import type { Features, RuleText } from '@twinport/ftp/firewall';
import type { Rules } from './loaded-rules.js';

/** ufw writes to /etc: to a copy of it here, gone with the shell, whose mounts are its own. */
const COPY = `cp -a /etc/ufw ufw; mount --bind ufw /etc/ufw
cp -a /etc/default default; mount --bind default /etc/default
mount -t tmpfs locks /run
`;

const NO_FILTER = `*raw
COMMIT
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
COMMIT
`;

/** Turned on, and with the rules; what is not FTP is dropped, outwards too unless that is let out. */
export function inUfw(rules: Rules, { open, outward }: Features): Rules {
  if (open) return { texts: [], undo: [] };
  const policies = `ufw default deny incoming; ufw default ${outward ? 'allow' : 'deny'} outgoing\n`;
  const text = `${COPY}${policies}ufw --force enable\n`;
  const undo = ['iptables', 'ip6tables'].map((program): RuleText => ({
    name: program,
    text: NO_FILTER,
    load: `${program}-restore < ${program}`,
  }));
  return { texts: [{ name: 'enable.sh', text, load: '. ./enable.sh' }, ...rules.texts], undo };
}

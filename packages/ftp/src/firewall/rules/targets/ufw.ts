import type { Ports } from '../ports.js';
import { type Opening, isNarrow, openingsOf } from './openings.js';
import type { Renderer, RuleText, RulesRequest } from './target.js';

/** ufw lets in what is RELATED, so that a helper needs no more than to be assigned: its own files can do that. */
export const ufw: Renderer = (request) => {
  const openings = openingsOf(request, 'ufw', { roles: ['server', 'client'], helper: true });
  const commands = openings.flatMap((opening) => [`# ${opening.remark}`, ...lines('ufw', request, opening, true)]);
  const undo = openings.flatMap((opening) => lines('ufw delete', request, opening, false));
  const helper = request.features.helper === 'assigned';
  return {
    texts: [script('ftp.sh', commands), ...(helper ? [helperText(request)] : [])],
    undo: [script('undo.sh', [...undo, ...(helper ? [REMOVE_HELPER, 'ufw reload'] : [])])],
  };
};

function script(name: string, commands: readonly string[]): RuleText {
  return { name, text: `${commands.join('\n')}\n`, load: `sh ${name}` };
}

function lines(command: string, request: RulesRequest, opening: Opening, comment: boolean): string[] {
  const { direction, from, ports } = opening;
  const port = isNarrow(from) ? ` port ${portsText(from)}` : '';
  const note = comment ? ` comment 'FTP ${opening.for}'` : '';
  return (request.sources ?? ['any']).map((network) => {
    const peer = direction === 'in' ? `from ${network}${port} to any` : `from any${port} to ${network}`;
    return `${command} allow ${direction} proto tcp ${peer} port ${portsText(ports)}${note}`;
  });
}

const MARK = 'twinport ftp helper';
const REMOVE_HELPER = `sed -i '/^# begin ${MARK}/,/^# end ${MARK}/d' /etc/ufw/before.rules /etc/ufw/before6.rules`;

function helperText({ role, plan }: RulesRequest): RuleText {
  const chain = role === 'client' ? 'OUTPUT' : 'PREROUTING';
  const text = [
    `# begin ${MARK}: reads the commands, which it cannot under TLS; ufw lets in every port that is RELATED, not from 1024 on only`,
    '*raw',
    `-A ${chain} -p tcp --dport ${plan.control} -j CT --helper ftp`,
    'COMMIT',
    `# end ${MARK}`,
    '',
  ];
  const load = `${REMOVE_HELPER}; for each in before before6; do cat before.rules.ftp >> /etc/ufw/$each.rules; done; ufw reload`;
  return { name: 'before.rules.ftp', text: text.join('\n'), load };
}

function portsText({ first, last }: Ports): string {
  return first === last ? String(first) : `${first}:${last}`;
}

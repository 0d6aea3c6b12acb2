import { describePorts } from '../ports.js';
import { type Opening, openingsOf, slug } from './openings.js';
import type { Renderer, RulesRequest } from './target.js';

/** Where rules of one's own begin, often. */
const FIRST_PRIORITY = 300;
const WHERE = '--resource-group "$GROUP" --nsg-name "$NSG"';

/** Network security groups remember connections, and match source ports. */
export const azure: Renderer = (request) => {
  const openings = openingsOf(request, 'azure', { roles: ['server'] });
  const commands = openings.flatMap((opening, index) => [
    `# ${opening.remark}`,
    `az network nsg rule create ${WHERE} --name ${slug(opening)} --priority ${FIRST_PRIORITY + index} ${flags(request, opening)}`,
    '',
  ]);
  const undo = openings.map((opening) => `az network nsg rule delete ${WHERE} --name ${slug(opening)}\n`);
  return {
    texts: [{ name: 'ftp.sh', text: commands.join('\n'), load: 'GROUP=mine NSG=ftp sh ftp.sh' }],
    undo: [{ name: 'undo.sh', text: undo.join(''), load: 'GROUP=mine NSG=ftp sh undo.sh' }],
  };
};

function flags({ sources }: RulesRequest, { direction, ports, from }: Opening): string {
  return [
    `--direction ${direction === 'in' ? 'Inbound' : 'Outbound'} --access Allow --protocol Tcp`,
    ...(from.first === 0 ? [] : [`--source-port-ranges ${describePorts(from)}`]),
    `--destination-port-ranges ${describePorts(ports)}`,
    ...(sources ? [`--${direction === 'in' ? 'source' : 'destination'}-address-prefixes ${sources.join(' ')}`] : []),
  ].join(' ');
}

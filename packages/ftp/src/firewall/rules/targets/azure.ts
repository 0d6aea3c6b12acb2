import { describePorts } from '../ports.js';
import { type Opening, openingsOf, slug } from './openings.js';
import { sourcesOf } from './placed-rule.js';
import { BOTH_FAMILIES, type Renderer, type RulesRequest } from './target.js';

/** Where rules of one's own begin, often. */
const FIRST_PRIORITY = 300;
const WHERE = '--resource-group "$GROUP" --nsg-name "$NSG"';

interface NamedRule {
  readonly name: string;
  readonly opening: Opening;
  /** Undefined: anywhere. */
  readonly networks: readonly string[] | undefined;
}

/** Network security groups remember connections, and match source ports. */
export const azure: Renderer = (request) => {
  const rules = openingsOf(request, 'azure', { roles: ['server'] }).flatMap((opening) => rulesOf(request, opening));
  const commands = rules.flatMap((rule, index) => [
    `# ${rule.opening.remark}`,
    `az network nsg rule create ${WHERE} --name ${rule.name} --priority ${FIRST_PRIORITY + index} ${flags(rule)}`,
    '',
  ]);
  const undo = rules.map(({ name }) => `az network nsg rule delete ${WHERE} --name ${name}\n`);
  return {
    texts: [{ name: 'ftp.sh', text: commands.join('\n'), load: 'GROUP=mine NSG=ftp sh ftp.sh' }],
    undo: [{ name: 'undo.sh', text: undo.join(''), load: 'GROUP=mine NSG=ftp sh undo.sh' }],
  };
};

/** One, or one for the networks of each family. */
function rulesOf(request: RulesRequest, opening: Opening): readonly NamedRule[] {
  const name = slug(opening);
  if (!request.sources) return [{ name, opening, networks: undefined }];
  return BOTH_FAMILIES.flatMap((family) => {
    const networks = sourcesOf(request, family) ?? [];
    return networks.length === 0 ? [] : [{ name: `${name}-${family}`, opening, networks }];
  });
}

function flags({ opening: { direction, ports, from }, networks }: NamedRule): string {
  return [
    `--direction ${direction === 'in' ? 'Inbound' : 'Outbound'} --access Allow --protocol Tcp`,
    ...(from.first === 0 ? [] : [`--source-port-ranges ${describePorts(from)}`]),
    `--destination-port-ranges ${describePorts(ports)}`,
    ...(networks ? [`--${direction === 'in' ? 'source' : 'destination'}-address-prefixes ${networks.join(' ')}`] : []),
  ].join(' ');
}

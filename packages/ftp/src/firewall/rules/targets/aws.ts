import { type Opening, networksOf, openingsOf } from './openings.js';
import type { Renderer, RulesRequest } from './target.js';

/** Security groups remember connections, and match no source port. */
export const aws: Renderer = (request) => {
  const openings = openingsOf(request, 'aws', { roles: ['server'] });
  const commands = (verb: 'authorize' | 'revoke'): string =>
    openings
      .flatMap((opening) => [
        ...(verb === 'authorize' ? [`# ${opening.remark}`] : []),
        `aws ec2 ${verb}-security-group-${opening.direction === 'in' ? 'ingress' : 'egress'} --group-id "$GROUP" --ip-permissions '${permission(request, opening)}'`,
        '',
      ])
      .join('\n');
  return {
    texts: [{ name: 'ftp.sh', text: commands('authorize'), load: 'GROUP=sg-0123456789abcdef0 sh ftp.sh' }],
    undo: [{ name: 'undo.sh', text: commands('revoke'), load: 'GROUP=sg-0123456789abcdef0 sh undo.sh' }],
  };
};

function permission(request: RulesRequest, { for: what, ports }: Opening): string {
  const ranges = (key: 'CidrIp' | 'CidrIpv6', networks: readonly string[]): object[] =>
    networks.map((each) => ({ [key]: each, Description: `FTP ${what}` }));
  const [ipv4, ipv6] = [networksOf(request, 'ipv4'), networksOf(request, 'ipv6')];
  return JSON.stringify([
    {
      IpProtocol: 'tcp',
      FromPort: ports.first,
      ToPort: ports.last,
      ...(ipv4.length > 0 && { IpRanges: ranges('CidrIp', ipv4) }),
      ...(ipv6.length > 0 && { Ipv6Ranges: ranges('CidrIpv6', ipv6) }),
    },
  ]);
}

import { type Opening, allNetworksOf, openingsOf } from './openings.js';
import type { Renderer } from './target.js';

/** The same as `aws`, for those who describe what there shall be. */
export const awsTerraform: Renderer = (request) => {
  const openings = openingsOf(request, 'aws-terraform', { roles: ['server'] });
  const blocks = openings.flatMap((opening) =>
    allNetworksOf(request).map((network, index) => block(opening, network, index)),
  );
  const variable = 'variable "ftp_security_group_id" {\n  type = string\n}\n';
  return {
    texts: [{ name: 'ftp.tf', text: [variable, ...blocks].join('\n'), load: 'terraform apply' }],
    undo: [{ name: 'undo.sh', text: 'rm ftp.tf\nterraform apply\n', load: 'sh undo.sh' }],
  };
};

function block(opening: Opening, network: string, index: number): string {
  const direction = opening.direction === 'in' ? 'ingress' : 'egress';
  const name = `ftp_${opening.for.replaceAll(' ', '_')}_${index + 1}`;
  return [
    `# ${opening.remark}`,
    `resource "aws_vpc_security_group_${direction}_rule" "${name}" {`,
    '  security_group_id = var.ftp_security_group_id',
    `  description       = "FTP ${opening.for}"`,
    '  ip_protocol       = "tcp"',
    `  from_port         = ${opening.ports.first}`,
    `  to_port           = ${opening.ports.last}`,
    network.includes(':') ? `  cidr_ipv6         = "${network}"` : `  cidr_ipv4         = "${network}"`,
    '}',
    '',
  ].join('\n');
}

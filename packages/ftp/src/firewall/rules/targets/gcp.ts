import { describePorts } from '../ports.js';
import { type Opening, networksOf, openingsOf, slug } from './openings.js';
import { BOTH_FAMILIES, type Family, type Renderer, type RulesRequest } from './target.js';

/** A rule is for one family, and matches no source port. */
export const gcp: Renderer = (request) => {
  const rules = openingsOf(request, 'gcp', { roles: ['server'] }).flatMap((opening) =>
    BOTH_FAMILIES.filter((family) => networksOf(request, family).length > 0).map((family) => ({ opening, family })),
  );
  const names = rules.map(({ opening, family }) => `${slug(opening)}-${family}`);
  const commands = rules.flatMap(({ opening, family }, index) => [
    `# ${opening.remark}`,
    `gcloud compute firewall-rules create ${names[index]} ${flags(request, opening, family)}`,
    '',
  ]);
  return {
    texts: [{ name: 'ftp.sh', text: commands.join('\n'), load: 'NETWORK=default sh ftp.sh' }],
    undo: [
      {
        name: 'undo.sh',
        text: `gcloud compute firewall-rules delete --quiet ${names.join(' ')}\n`,
        load: 'sh undo.sh',
      },
    ],
  };
};

function flags(request: RulesRequest, { direction, ports, for: what }: Opening, family: Family): string {
  const networks = networksOf(request, family).join(',');
  return [
    '--network="$NETWORK"',
    `--direction=${direction === 'in' ? 'INGRESS' : 'EGRESS'}`,
    '--action=allow',
    `--rules=tcp:${describePorts(ports)}`,
    `--${direction === 'in' ? 'source' : 'destination'}-ranges=${networks}`,
    '--target-tags=ftp',
    `--description="FTP ${what}"`,
  ].join(' ');
}

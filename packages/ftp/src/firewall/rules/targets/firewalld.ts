import { describePorts } from '../ports.js';
import { openingsOf } from './openings.js';
import { type Renderer, type RuleText, RulesRefused, type RulesRequest } from './target.js';

const NAME = 'twinport-ftp';
const DELETE_SERVICE = `firewall-cmd --permanent --delete-service=${NAME}`;

/** A service of the zone, or of a policy where connections go out. firewalld lets out what no policy keeps in. */
export const firewalld: Renderer = (request) => {
  const { control } = request.plan;
  const helper = request.features.helper === 'assigned';
  if (request.role === 'client' && request.features.active)
    throw new RulesRefused(
      'a service of firewalld cannot be for connections from one port: on a client active mode needs the helper (--helper)',
    );
  // Its own helper reads port 21; another port needs another helper.
  const [addHelper, deleteHelper] = helper && control !== 21 ? ownHelper(control) : [[], []];
  const service = serviceText(request, helper ? (control === 21 ? 'ftp' : NAME) : undefined);
  const file = {
    name: `${NAME}.xml`,
    text: service,
    load: `${quietly(DELETE_SERVICE)}; firewall-cmd --permanent --new-service-from-file=${NAME}.xml`,
  };
  const [load, undo] = request.role === 'client' ? CLIENT : serverCommands(request);
  // What is made anew may be there from before.
  const again = [...(request.role === 'client' ? undo : []), ...deleteHelper].map(quietly);
  return {
    texts: [file, script('ftp.sh', [...again, ...addHelper, ...load, 'firewall-cmd --reload'])],
    undo: [script('undo.sh', [...undo, DELETE_SERVICE, ...deleteHelper, 'firewall-cmd --reload'])],
  };
};

function serviceText(request: RulesRequest, helper: string | undefined): string {
  const direction = request.role === 'client' ? 'out' : 'in';
  const openings = openingsOf(request, 'firewalld', { roles: ['server', 'client'], helper: true });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<service>',
    '  <short>FTP</short>',
    ...openings
      .filter((each) => each.direction === direction)
      .map(({ remark, ports }) => `  <!-- ${remark} -->\n  <port protocol="tcp" port="${describePorts(ports)}"/>`),
    ...(helper === undefined
      ? []
      : [
          '  <!-- Reads the commands, and expects the data connections they agree on. It cannot read TLS. -->',
          `  <helper name="${helper}"/>`,
        ]),
    '</service>',
    '',
  ].join('\n');
}

function quietly(command: string): string {
  return `${command} >/dev/null 2>&1 || :`;
}

function script(name: string, commands: readonly string[]): RuleText {
  return { name, text: `${commands.join('\n')}\n`, load: `sh ${name}` };
}

type Commands = readonly [load: readonly string[], undo: readonly string[]];

function serverCommands({ sources }: RulesRequest): Commands {
  const what = sources
    ? sources.map((each) => {
        const family = each.includes(':') ? 'ipv6' : 'ipv4';
        return `-rich-rule='rule family="${family}" source address="${each}" service name="${NAME}" accept'`;
      })
    : [`-service=${NAME}`];
  return [
    what.map((each) => `firewall-cmd --permanent --add${each}`),
    what.map((each) => `firewall-cmd --permanent --remove${each}`),
  ];
}

function ownHelper(port: number): Commands {
  return [
    [
      `firewall-cmd --permanent --new-helper=${NAME} --module=nf_conntrack_ftp`,
      `firewall-cmd --permanent --helper=${NAME} --add-port=${port}/tcp`,
    ],
    [`firewall-cmd --permanent --delete-helper=${NAME}`],
  ];
}

/** From this host to anywhere: without it no helper is set on connections that go out. */
const CLIENT: Commands = [
  [
    `firewall-cmd --permanent --new-policy=${NAME}`,
    `firewall-cmd --permanent --policy=${NAME} --add-ingress-zone=HOST`,
    `firewall-cmd --permanent --policy=${NAME} --add-egress-zone=ANY`,
    `firewall-cmd --permanent --policy=${NAME} --add-service=${NAME}`,
  ],
  [`firewall-cmd --permanent --delete-policy=${NAME}`],
];

import type { Ports } from '../ports.js';
import { type Opening, allNetworksOf, openingsOf } from './openings.js';
import type { Renderer, RulesRequest } from './target.js';

const LABELS = ['  app: ftp'];

/** A Service names every port of the range by itself; a NetworkPolicy knows ranges. */
export const kubernetes: Renderer = (request) => {
  const openings = openingsOf(request, 'kubernetes', { roles: ['server'], eachPort: true });
  const text = [...service(openings), '---', ...networkPolicy(request, openings), ''].join('\n');
  return {
    texts: [{ name: 'ftp.yaml', text, load: 'kubectl apply -f ftp.yaml' }],
    undo: [{ name: 'undo.sh', text: 'kubectl delete service/ftp networkpolicy/ftp\n', load: 'sh undo.sh' }],
  };
};

function service(openings: readonly Opening[]): string[] {
  return [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    '  name: ftp',
    'spec:',
    '  type: LoadBalancer',
    '  # Both connections of a client must reach the same server, which compares their addresses.',
    '  sessionAffinity: ClientIP',
    '  externalTrafficPolicy: Local',
    '  selector:',
    ...LABELS.map((line) => `  ${line}`),
    '  ports:',
    ...openings.filter(({ direction }) => direction === 'in').flatMap(servicePorts),
  ];
}

function servicePorts({ remark, ports }: Opening): string[] {
  return [
    `    # ${remark}`,
    ...each(ports).map((port) => `    - { name: ftp-${port}, protocol: TCP, port: ${port}, targetPort: ${port} }`),
  ];
}

function each({ first, last }: Ports): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function networkPolicy(request: RulesRequest, openings: readonly Opening[]): string[] {
  const types = request.features.outward ? ['Ingress'] : ['Ingress', 'Egress'];
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    '  name: ftp',
    'spec:',
    '  podSelector:',
    '    matchLabels:',
    ...LABELS.map((line) => `    ${line}`),
    `  policyTypes: [${types.join(', ')}]`,
    '  ingress:',
    ...openings.filter(({ direction }) => direction === 'in').flatMap((opening) => policyRule(request, opening)),
    ...(request.features.outward ? [] : egress(request, openings)),
  ];
}

function egress(request: RulesRequest, openings: readonly Opening[]): string[] {
  const rules = openings
    .filter(({ direction }) => direction === 'out')
    .flatMap((opening) => policyRule(request, opening));
  return rules.length === 0 ? ['  egress: []'] : ['  egress:', ...rules];
}

function policyRule(request: RulesRequest, { remark, direction, ports }: Opening): string[] {
  return [
    `    # ${remark}`,
    `    - ${direction === 'in' ? 'from' : 'to'}:`,
    ...allNetworksOf(request).map((network) => `        - ipBlock: { cidr: '${network}' }`),
    '      ports:',
    `        - { protocol: TCP, port: ${ports.first}${ports.last === ports.first ? '' : `, endPort: ${ports.last}`} }`,
  ];
}

/** What the sets of the server's pinholes are in: an `inet` table of this name, unless another is named. */
export const PINHOLE_TABLE = 'twinport_ftp';

/** What a table may be called: it becomes part of commands. */
export const TABLE_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** A set of addresses of clients with a port each, and the rule that lets through what is in it. */
export interface PinholeSet {
  readonly name: 'passive4' | 'passive6' | 'active4' | 'active6';
  readonly address: 'ipv4_addr' | 'ipv6_addr';
  readonly hook: 'input' | 'output';
  readonly rule: string;
}

export const PINHOLE_SETS: readonly PinholeSet[] = [
  { name: 'passive4', address: 'ipv4_addr', hook: 'input', rule: 'ip saddr . tcp dport @passive4 ct state new accept' },
  {
    name: 'passive6',
    address: 'ipv6_addr',
    hook: 'input',
    rule: 'ip6 saddr . tcp dport @passive6 ct state new accept',
  },
  { name: 'active4', address: 'ipv4_addr', hook: 'output', rule: 'ip daddr . tcp dport @active4 ct state new accept' },
  { name: 'active6', address: 'ipv6_addr', hook: 'output', rule: 'ip6 daddr . tcp dport @active6 ct state new accept' },
];

/** The sets, as they stand in a table: an element goes by itself when the server was not there to remove it. */
export function pinholeSetLines(): readonly string[] {
  return PINHOLE_SETS.flatMap(({ name, address }) => [
    `set ${name} {`,
    `\ttype ${address} . inet_service`,
    '\tflags timeout',
    '}',
  ]);
}

/** Adds the sets to a table that is there already, whose chains then need the rules of the sets. */
export function pinholeSetsText(table: string): string {
  return tableText(table, pinholeSetLines());
}

/** A table that drops everything but commands, and the data connections that pinholes are opened for. */
export function pinholeRuleset(control: number): string {
  return tableText(PINHOLE_TABLE, [
    ...pinholeSetLines(),
    ...chain('input', 'iifname', [
      `tcp dport ${control} ct state new accept`,
      '# what else this machine serves: without it nobody gets in over SSH',
      'tcp dport 22 ct state new accept',
    ]),
    '# where everything may go out, leave this chain out',
    ...chain('output', 'oifname', ['# what else this machine needs', 'meta l4proto { tcp, udp } th dport 53 accept']),
  ]);
}

function tableText(table: string, lines: readonly string[]): string {
  return `table inet ${table} {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;
}

function chain(hook: PinholeSet['hook'], interfaceName: string, others: readonly string[]): string[] {
  const holes = PINHOLE_SETS.filter((each) => each.hook === hook).map(({ rule }) => rule);
  return [
    `chain ${hook} {`,
    `\ttype filter hook ${hook} priority filter; policy drop;`,
    `\t${interfaceName} "lo" accept`,
    '\tct state vmap { established : accept, invalid : drop }',
    '\tmeta l4proto { icmp, ipv6-icmp } accept',
    ...others.map((rule) => `\t${rule}`),
    `\t# ${hook === 'input' ? 'passive data: from that client, to the port it was told' : 'active data: to that client, and the port it named'}`,
    ...holes.map((rule) => `\t${rule}`),
    '}',
  ];
}

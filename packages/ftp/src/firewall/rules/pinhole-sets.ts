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
  const lines = pinholeSetLines().map((line) => `\t${line}\n`);
  return `table inet ${table} {\n${lines.join('')}}\n`;
}

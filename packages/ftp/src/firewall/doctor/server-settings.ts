import { type Ports, describePorts } from '../rules/index.js';

/** How a kind of server is configured. */
export interface ServerSettings {
  readonly name: string;
  /** How it greets, unless its administrator has it say something else. */
  readonly greeting: RegExp;
  /** Where the lines go, as what follows “on the server’s machine, ”. */
  readonly place: string;
  readonly restart?: string;
  readonly range: (ports: Ports) => readonly string[];
  readonly address: (address: string) => readonly string[];
  readonly allowPassive: readonly string[];
}

/** Whatever greets otherwise: the names that its manual may use. */
export const ANY_SERVER: ServerSettings = {
  name: 'the server',
  greeting: /^/,
  place: 'in the server’s configuration, by the line for its program',
  range: (ports) => [
    `vsftpd      pasv_min_port=${ports.first}`,
    `            pasv_max_port=${ports.last}`,
    `ProFTPD     PassivePorts ${ports.first} ${ports.last}`,
    `Pure-FTPd   PassivePortRange ${ports.first} ${ports.last}`,
  ],
  address: (address) => [
    `vsftpd      pasv_address=${address}`,
    `ProFTPD     MasqueradeAddress ${address}`,
    `Pure-FTPd   ForcePassiveIP ${address}`,
  ],
  allowPassive: ['vsftpd      pasv_enable=YES'],
};

export const SERVERS: readonly ServerSettings[] = [
  {
    name: 'vsftpd',
    greeting: /vsftpd/i,
    place: 'in /etc/vsftpd.conf (Red Hat: /etc/vsftpd/vsftpd.conf), in place of such lines that are there',
    restart: 'systemctl restart vsftpd',
    range: ({ first, last }) => [`pasv_min_port=${first}`, `pasv_max_port=${last}`],
    address: (address) => [`pasv_address=${address}`],
    allowPassive: ['pasv_enable=YES'],
  },
  {
    name: 'ProFTPD',
    greeting: /proftpd/i,
    place: 'in /etc/proftpd/proftpd.conf (Red Hat: /etc/proftpd.conf), in place of such lines that are there',
    restart: 'systemctl restart proftpd',
    range: ({ first, last }) => [`PassivePorts ${first} ${last}`],
    address: (address) => [`MasqueradeAddress ${address}`],
    allowPassive: [],
  },
  {
    name: 'Pure-FTPd',
    greeting: /pure-ftpd/i,
    place: 'as root (Debian; elsewhere such names are lines of pure-ftpd.conf)',
    restart: 'systemctl restart pure-ftpd',
    range: ({ first, last }) => [`echo ${first} ${last} > /etc/pure-ftpd/conf/PassivePortRange`],
    address: (address) => [`echo ${address} > /etc/pure-ftpd/conf/ForcePassiveIP`],
    allowPassive: [],
  },
  {
    name: 'Twinport',
    greeting: /twinport/i,
    place: 'as options of twinport serve, or in its TOML file, in camelCase (passive.ports = "A-B")',
    range: (ports) => [`--passive-ports ${describePorts(ports)}`],
    address: (address) => [`--public-address ${address}`],
    allowPassive: [],
  },
  {
    name: 'FileZilla Server',
    greeting: /filezilla server/i,
    place: 'in its administration window, Server, Configure, Passive mode',
    range: ({ first, last }) => [`Use custom port range: ${first} to ${last}`],
    address: (address) => [`Host: ${address}`],
    allowPassive: [],
  },
  {
    name: 'IIS',
    greeting: /microsoft ftp/i,
    place: 'in IIS Manager, FTP Firewall Support (the range at the machine, the address at the site)',
    restart: 'net stop ftpsvc & net start ftpsvc',
    range: (ports) => [`Data Channel Port Range: ${describePorts(ports)}`],
    address: (address) => [`External IP Address of Firewall: ${address}`],
    allowPassive: [],
  },
];

export function serverNamedBy(greeting: string): ServerSettings {
  return SERVERS.find((server) => server.greeting.test(greeting)) ?? ANY_SERVER;
}

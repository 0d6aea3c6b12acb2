import { ABILITIES } from '../foreign-servers.js';
import { NOT_UTF8 } from './names-table.js';
import type { PeerName } from './peer.js';

/** What a peer can do with what this suite asks of it. */
export interface PeerAbilities {
  readonly implicitTls: boolean;
  readonly resumesSessions: boolean;
  readonly requiresSessionReuse: boolean;
  readonly compresses: boolean;
  readonly hashes: boolean;
  /** Says the permission bits of a file. pyftpdlib does when it is asked with OPTS MLST only. */
  readonly tellsModes: boolean;
  /** A session over TLS goes on when its listing cannot be sent. */
  readonly survivesCutListings: boolean;
  /** The same for files. ProFTPD's is closed once in a hundred times or so. */
  readonly survivesCutTransfers: boolean;
  /** Answers NOOP while a transfer runs; the others do behind it. */
  readonly answersDuringTransfers: boolean;
  /** Names that it does not take or show as they are, of those in names-table.ts, and why. */
  readonly refusedNames: Readonly<Record<string, string>>;
}

function foreign(
  name: Exclude<PeerName, 'twinport'>,
): Omit<
  PeerAbilities,
  'answersDuringTransfers' | 'refusedNames' | 'tellsModes' | 'survivesCutListings' | 'survivesCutTransfers'
> {
  const { implicitTls, resumesSessions, requiresSessionReuse, compresses, hashes } = ABILITIES[name];
  return { implicitTls, resumesSessions, requiresSessionReuse, compresses, hashes: hashes.length > 0 };
}

export const PEER_ABILITIES: Readonly<Record<PeerName, PeerAbilities>> = {
  twinport: {
    implicitTls: true,
    resumesSessions: true,
    requiresSessionReuse: true,
    compresses: true,
    hashes: true,
    tellsModes: true,
    survivesCutListings: true,
    survivesCutTransfers: true,
    answersDuringTransfers: true,
    refusedNames: {},
  },
  vsftpd: {
    ...foreign('vsftpd'),
    survivesCutListings: false,
    survivesCutTransfers: true,
    tellsModes: true,
    answersDuringTransfers: false,
    refusedNames: {},
  },
  proftpd: {
    ...foreign('proftpd'),
    survivesCutListings: false,
    survivesCutTransfers: false,
    tellsModes: true,
    answersDuringTransfers: false,
    refusedNames: { 'star*': 'MKD refuses it' },
  },
  'pure-ftpd': {
    ...foreign('pure-ftpd'),
    survivesCutListings: false,
    survivesCutTransfers: true,
    tellsModes: true,
    answersDuringTransfers: false,
    refusedNames: {
      'back\\slash': '553 Prohibited file name',
      'tab\there': 'stored with an underscore',
      'trailing space ': 'stored without the space',
    },
  },
  pyftpdlib: {
    ...foreign('pyftpdlib'),
    survivesCutListings: true,
    survivesCutTransfers: true,
    tellsModes: false,
    answersDuringTransfers: true,
    refusedNames: {
      [NOT_UTF8.name]: 'listed with a question mark',
    },
  },
};

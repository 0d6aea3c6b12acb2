import type { ServerName } from './foreign-server.js';

/** What a foreign server can do, as the kit configures it. test/foreign-servers.test.ts holds each line to the server. */
export interface Abilities {
  /** The lines of FEAT, without the space before them. */
  readonly features: readonly string[];
  /** Those that come in addition where TLS is on, before AUTH as well as after. */
  readonly tlsFeatures: readonly string[];
  readonly implicitTls: boolean;
  /** A data connection may resume the TLS session of its control connection. */
  readonly resumesSessions: boolean;
  /** It can be told to require that. */
  readonly requiresSessionReuse: boolean;
  /** The TLS handshake of a passive data connection may begin before the transfer command is there; else the connection is dropped. */
  readonly earlyHandshake: boolean;
  /** It can be told to refuse single verbs. */
  readonly refusesVerbs: boolean;
  /** It can leave its user unconfined. */
  readonly unconfined: boolean;
  /** MLST and MLSD. */
  readonly facts: boolean;
  /** How modification times are set: `MDTM <time> <path>` is vsftpd's own idea. */
  readonly setsTimes: 'MFMT' | 'MDTM';
  /** Verbs that answer with a hash. */
  readonly hashes: readonly string[];
  /** SITE commands. */
  readonly site: readonly string[];
  readonly compresses: boolean;
  /** 150 tells the size of what RETR sends. */
  readonly sizeIn150: 'of the file' | 'of the rest' | false;
  /** Listings begin with `.` and `..`. */
  readonly listsItself: boolean;
}

/** Each server's own way to say so. */
export const ABILITIES: Readonly<Record<ServerName, Abilities>> = {
  vsftpd: {
    features: ['EPRT', 'EPSV', 'MDTM', 'PASV', 'REST STREAM', 'SIZE', 'TVFS', 'UTF8'],
    tlsFeatures: ['AUTH TLS', 'PBSZ', 'PROT'],
    implicitTls: true,
    resumesSessions: true,
    requiresSessionReuse: true,
    earlyHandshake: true,
    refusesVerbs: true,
    unconfined: true,
    facts: false,
    setsTimes: 'MDTM',
    hashes: [],
    site: ['CHMOD', 'UMASK'],
    compresses: false,
    sizeIn150: 'of the file',
    listsItself: false,
  },
  proftpd: {
    features: [
      'CLNT',
      'CSID',
      'EPRT',
      'EPSV',
      'HASH CRC32;MD5;SHA-1*;SHA-256;SHA-512;',
      'HOST',
      'LANG C.UTF-8*',
      'MD5',
      'MDTM',
      'MFF modify;UNIX.group;UNIX.mode;',
      'MFMT',
      'MLST modify*;perm*;size*;type*;unique*;UNIX.group*;UNIX.groupname*;UNIX.mode*;UNIX.owner*;UNIX.ownername*;',
      'MODE Z',
      'RANG STREAM',
      'REST STREAM',
      'SITE COPY',
      'SITE MKDIR',
      'SITE RMDIR',
      'SITE SYMLINK',
      'SITE UTIME',
      'SIZE',
      'TVFS',
      'UTF8',
      'XCRC',
      'XMD5',
      'XSHA',
      'XSHA1',
      'XSHA256',
      'XSHA512',
    ],
    tlsFeatures: ['AUTH TLS', 'CCC', 'PBSZ', 'PROT', 'SSCN'],
    implicitTls: true,
    resumesSessions: true,
    requiresSessionReuse: true,
    earlyHandshake: true,
    refusesVerbs: true,
    unconfined: true,
    facts: true,
    setsTimes: 'MFMT',
    hashes: ['HASH', 'MD5', 'XCRC', 'XMD5', 'XSHA', 'XSHA1', 'XSHA256', 'XSHA512'],
    site: ['CHGRP', 'CHMOD', 'CPFR', 'CPTO', 'MKDIR', 'RMDIR', 'SYMLINK', 'UTIME'],
    compresses: true,
    sizeIn150: 'of the rest',
    listsItself: true,
  },
  'pure-ftpd': {
    // It names what belongs to TLS even where AUTH TLS is refused with 500.
    features: [
      'AUTH TLS',
      'EPRT',
      'EPSV',
      'ESTA',
      'ESTP',
      'IDLE',
      'MDTM',
      'MFMT',
      'MLSD',
      'MLST type*;size*;sizd*;modify*;UNIX.mode*;UNIX.uid*;UNIX.gid*;unique*;',
      'PASV',
      'PBSZ',
      'PRET',
      'PROT',
      'REST STREAM',
      'SIZE',
      'TVFS',
      'UTF8',
    ],
    tlsFeatures: [],
    implicitTls: false,
    resumesSessions: false,
    requiresSessionReuse: false,
    earlyHandshake: true,
    refusesVerbs: false,
    unconfined: true,
    facts: true,
    setsTimes: 'MFMT',
    hashes: [],
    site: ['ALIAS', 'CHMOD', 'IDLE', 'UTIME'],
    compresses: false,
    sizeIn150: false,
    listsItself: true,
  },
  pyftpdlib: {
    features: [
      'EPRT',
      'EPSV',
      'MDTM',
      'MFMT',
      'MLST type*;perm*;size*;modify*;unique*;unix.mode;unix.uid;unix.gid;',
      'REST STREAM',
      'SIZE',
      'TVFS',
      'UTF8',
    ],
    tlsFeatures: ['AUTH SSL', 'AUTH TLS', 'PBSZ', 'PROT'],
    implicitTls: true,
    resumesSessions: true,
    requiresSessionReuse: false,
    earlyHandshake: false,
    refusesVerbs: true,
    unconfined: false,
    facts: true,
    setsTimes: 'MFMT',
    hashes: [],
    site: ['CHMOD'],
    compresses: false,
    sizeIn150: false,
    listsItself: false,
  },
};

import { testImports } from './kit/import-comparison.js';

testImports('pure-ftpd', [
  ['pure-ftpd/debian', [/PureDB:1: PureDB .*: its users are not taken over/, /TLSCipherSuite:1/]],
  ['pure-ftpd/docker.flags', [/:2: -R: no counterpart/]],
  ['pure-ftpd/pure-ftpd.conf', [/:19: MaxLoad +4/, /:21: AntiWarez +yes/]],
]);

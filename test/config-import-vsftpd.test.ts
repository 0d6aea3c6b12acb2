import { testImports } from './kit/import-comparison.js';

testImports('vsftpd', [
  ['vsftpd/debian.conf', [/:25: dirmessage_enable=YES: no counterpart/]],
  ['vsftpd/docker.conf', [/:12: virtual_use_local_privs=YES/, /:43: file_open_mode=0666: no counterpart/]],
  ['vsftpd/tls.conf', [/:31: ssl_ciphers=HIGH/]],
]);

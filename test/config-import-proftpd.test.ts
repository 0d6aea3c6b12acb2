import { testImports } from './kit/import-comparison.js';

testImports('proftpd', [
  ['proftpd/debian.conf', [/:8: Include \S+: not read/, /:33: DenyFilter/]],
  [
    'proftpd/anonymous.conf',
    [/:19: <Limit LOGIN> DenyGroup staff/, /:36: <Directory \*>/, /:46: <VirtualHost 192\.0\.2\.9>/],
  ],
  ['proftpd/tls.conf', [/:20: <Directory \/srv\/incoming>/]],
]);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory } from '@twinport/ftp/server';
import { type DataWay, RawClient } from './kit/raw-client.js';
import { startServer, testCertificate } from './kit/server.js';

for (const secure of [false, true]) {
  for (const host of ['127.0.0.1', '::1']) {
    for (const way of ['EPSV', 'PASV', 'EPRT', 'PORT'] as DataWay[]) {
      if (host === '::1' && (way === 'PASV' || way === 'PORT')) continue;
      test(`a file goes up and comes down by ${way} over ${secure ? 'TLS' : 'clear'} from ${host}`, async (t) => {
        const { port } = await startServer(t, {
          storage: memory(),
          tls: { ...(await testCertificate()), dataReuse: 'require' },
        });
        const client = await RawClient.login(port, { host, secure });
        const bytes = Buffer.from('two connections\r\n\0\xff', 'latin1');
        await client.upload('STOR a.bin', bytes, way);
        assert.deepEqual(await client.download('RETR a.bin', way), bytes);
        assert.match((await client.download('LIST', way)).toString(), /19 .* a\.bin\r\n$/);
        await client.quit();
      });
    }
  }
}

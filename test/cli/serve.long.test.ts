import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Process, SKY, temporaryFolder } from './harness.js';

describe('askdex serve with a request that never ends', () => {
  it('ends with 0 after the grace period for running requests', async () => {
    const folder = temporaryFolder({ 'content/sky.md': SKY });
    const server = new Process(['serve'], folder.path, { PORT: '0', ASKDEX_SCHEDULE: 'off' });
    try {
      const [, url = ''] = await server.says('stdout', /serves (http:\/\/[^\s"]+)/);
      await server.says('stdout', /build published/);
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => {
        socket.write('POST /v1/admin/reindex HTTP/1.1\r\nHost: x\r\nContent-Le', () => resolve());
      });
      server.child.kill('SIGTERM');
      assert.equal((await server.ended).code, 0);
      socket.destroy();
    } finally {
      server.child.kill('SIGKILL');
      folder.remove();
    }
  });
});

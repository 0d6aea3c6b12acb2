import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { CaptureReader } from '@twinport/ftp/firewall';
import type { Namespace } from './namespace.js';

const MARK = 'this is all';

/** What tcpdump writes on a host, of all its interfaces at once. */
export class HostCapture {
  readonly #host: Namespace;
  readonly #child: ChildProcess;
  readonly #arrived = new EventEmitter();
  #bytes = Buffer.alloc(0);

  private constructor(host: Namespace, child: ChildProcess) {
    this.#host = host;
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#arrived.emit('change');
    });
  }

  /** Resolves once it captures. */
  static async start(host: Namespace, filter = ''): Promise<HostCapture> {
    // Room for 16,000 packets, cut: nothing is to be missed while the machine is busy with other tests.
    const options = ['-Z', 'root', '-U', '--immediate-mode', '-B', '32768', '-s', '2000', '-n', '-i', 'any', '-w', '-'];
    const child = host.spawn('tcpdump', ...options, filter);
    if (!child.stderr) throw new Error('tcpdump has no output');
    const capture = new HostCapture(host, child);
    let said = '';
    for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += String(text);
      if (said.includes('listening on')) return capture;
    }
    throw new Error(`tcpdump: ${said}`);
  }

  /** Waits until so many packets have come by. */
  async untilPackets(count: number): Promise<void> {
    while (new CaptureReader().push(this.#bytes).length < count) await once(this.#arrived, 'change');
  }

  /** Waits until so many packets with that text in them have come by. */
  async untilSeen(text: string, times: number): Promise<void> {
    while (this.#bytes.toString('latin1').split(text).length <= times) await once(this.#arrived, 'change');
  }

  /** Ends it. All that has come by before this call is in the file. */
  async file(): Promise<Buffer> {
    await this.#host.run('bash', '-c', `echo ${MARK} > /dev/udp/127.0.0.1/9`);
    while (!this.#bytes.includes(MARK)) await once(this.#arrived, 'change');
    this.#child.kill('SIGKILL');
    return this.#bytes;
  }
}

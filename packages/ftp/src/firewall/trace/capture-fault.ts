/** What was given is no packet capture, or none that can be read; or a log without events. */
export class CaptureFault extends Error {
  override readonly name = 'CaptureFault';
  readonly code: 'not-a-capture' | 'no-events' | 'compressed' | 'unsupported';

  constructor(code: CaptureFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

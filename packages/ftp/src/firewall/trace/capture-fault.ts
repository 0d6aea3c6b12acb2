/** What was given is no packet capture, or none that can be read. */
export class CaptureFault extends Error {
  override readonly name = 'CaptureFault';
  readonly code: 'not-a-capture' | 'compressed' | 'unsupported';

  constructor(code: CaptureFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

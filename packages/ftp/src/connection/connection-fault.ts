export type ConnectionFaultCode =
  | 'TIMEOUT'
  | 'REFUSED'
  | 'RESET'
  | 'CLOSED'
  | 'NO_PORT'
  | 'PINHOLE'
  | 'TLS_HANDSHAKE'
  | 'TLS_NOT_RESUMED'
  | 'TLS_TRUNCATED'
  | 'STALLED'
  | 'PROXY'
  | 'ABORTED';

/** Why a connection could not be opened or kept. Compare by `code`; `message` names the endpoints. */
export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault';
  readonly code: ConnectionFaultCode;

  constructor(code: ConnectionFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The fault that stands for an error of a socket. */
export function connectionFault(error: Error): ConnectionFault {
  if (error instanceof ConnectionFault) return error;
  // A name with several addresses: each has failed in its own way.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) {
    const messages = error.errors.map((each) => (each instanceof Error ? each.message : String(each)));
    const { code } = connectionFault(error.errors[0]);
    return new ConnectionFault(code, messages.join('; '), { cause: error });
  }
  const errno = 'code' in error ? String(error.code) : '';
  if (errno === 'ECONNREFUSED') return new ConnectionFault('REFUSED', error.message, { cause: error });
  if (errno === 'ETIMEDOUT') return new ConnectionFault('TIMEOUT', error.message, { cause: error });
  if (/^ERR_(SSL|TLS)/.test(errno)) return new ConnectionFault('TLS_HANDSHAKE', error.message, { cause: error });
  return new ConnectionFault('RESET', error.message, { cause: error });
}

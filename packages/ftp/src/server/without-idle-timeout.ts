import type { Session } from './session.js';

/** Work that may take longer than a client may be idle: until it ends, the client's silence is no reason to end the session. */
export async function withoutIdleTimeout<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const { control, server } = session;
  control.setIdleTimeout(0);
  try {
    return await work();
  } finally {
    control.setIdleTimeout(server.limits.idleMs);
  }
}

import type { Server } from '@twinport/ftp/server';

/** As shells report a process that SIGINT ended. */
const INTERRUPTED = 130;

/** Resolves when SIGINT or SIGTERM has been answered: running transfers end, the rest is closed. A second signal ends at once. Rejects, the server being closed, with why it cannot go on. */
export async function endOnSignals(server: Server, failed?: Promise<Error>): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      process.on('SIGINT', exitNow).on('SIGTERM', exitNow);
      resolve();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
  const fault = await (failed ? Promise.race([signalled, failed]) : signalled);
  if (fault) {
    await server.destroy();
    throw fault;
  }
  const closed = server.close();
  const transfers = await server.transfers();
  if (transfers > 0)
    process.stderr.write(
      `ending after ${transfers} running transfer${transfers === 1 ? '' : 's'}; again to end at once\n`,
    );
  await closed;
  process.off('SIGINT', exitNow).off('SIGTERM', exitNow);
}

function exitNow(): void {
  process.exit(INTERRUPTED);
}

import type { Server } from '@twinport/ftp/server';

/** As shells report a process that SIGINT ended. */
const INTERRUPTED = 130;

/** Resolves when SIGINT or SIGTERM has been answered: running transfers end, the rest is closed. A second signal ends at once. */
export async function endOnSignals(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const onSignal = (): void => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      process.on('SIGINT', exitNow).on('SIGTERM', exitNow);
      resolve();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
  const transfers = server.sessions.filter((session) => session.transfer).length;
  if (transfers > 0)
    process.stderr.write(
      `ending after ${transfers} running transfer${transfers === 1 ? '' : 's'}; again to end at once\n`,
    );
  await server.close();
  process.off('SIGINT', exitNow).off('SIGTERM', exitNow);
}

function exitNow(): void {
  process.exit(INTERRUPTED);
}

import type { RawClient } from './raw-client.js';

/** Asks STAT until it tells that the transfer has moved so many octets. */
export async function untilMoved(client: RawClient, octets: number): Promise<void> {
  for (;;) {
    const { lines } = await client.command('STAT', 211);
    const moved = lines
      .map((line) => /^\s*(?:RETR|STOR) \S+: (\d+)/.exec(line)?.[1])
      .find((text) => text !== undefined);
    if (Number(moved) >= octets) return;
  }
}

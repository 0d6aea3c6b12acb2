import type { ClientSession } from './session.js';

/** TYPE, where it is not that already. */
export async function setType(session: ClientSession, type: 'A' | 'I'): Promise<void> {
  if (session.type === type) return;
  await session.command('TYPE', type);
  session.type = type;
}

/** MODE Z, where that is asked for and offered; a server that refuses it is not asked again. */
export async function setMode(session: ClientSession): Promise<void> {
  if (session.mode === 'Z' || !session.wantsDeflate) return;
  const reply = await session.exchange('MODE', 'Z');
  if (reply.code < 400) session.mode = 'Z';
  session.wantsDeflate = false;
}

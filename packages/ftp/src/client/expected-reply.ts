import { type Reply, isCompletion, isPreliminary } from '../protocol/index.js';

/** What a command that succeeds is answered with. Verbs that are not here are answered 200 or 250. */
const SUCCESS: Readonly<Record<string, readonly number[]>> = {
  ABOR: [225, 226],
  ACCT: [200, 202, 230, 250],
  ADAT: [235],
  AUTH: [200, 234, 334],
  CDUP: [200, 250],
  CWD: [200, 250],
  EPSV: [229],
  FEAT: [211, 214],
  HASH: [213],
  HELP: [211, 214],
  MDTM: [213],
  MFMT: [200, 213, 250],
  MKD: [200, 250, 257],
  MLST: [250],
  NOOP: [200],
  PASS: [200, 202, 230, 232],
  PASV: [227],
  PWD: [257],
  QUIT: [221],
  REST: [350],
  RNFR: [350],
  SIZE: [213],
  STAT: [211, 212, 213],
  SYST: [215],
  USER: [200, 230, 232],
};
const TRANSFER = new Set(['RETR', 'STOR', 'APPE', 'STOU', 'LIST', 'NLST', 'MLSD']);
const ANY = new Set(['SITE', 'OPEN', 'OPTS', 'XCRC', 'XMD5', 'XSHA1', 'XSHA256', 'XSHA512', 'CLNT', 'HOST']);

/** Whether the verb moves something over a data connection. */
export function isTransfer(verb: string): boolean {
  return TRANSFER.has(verb);
}

/**
 * Whether the reply can be this command's answer. Refusals always can; a success of another kind is most likely a spare reply to
 * something before, sent late, and the answer follows.
 */
export function canAnswer(verb: string, reply: Reply): boolean {
  const { code } = reply;
  if (code >= 400 || ANY.has(verb)) return true;
  if (TRANSFER.has(verb)) return isPreliminary(code) || code === 226 || code === 250;
  if (isPreliminary(code)) return true;
  if (!isCompletion(code) && (verb === 'USER' || verb === 'PASS' || verb === 'ACCT'))
    return code === 331 || code === 332;
  return (SUCCESS[verb] ?? [200, 250]).includes(code);
}

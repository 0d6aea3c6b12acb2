import type { Verb } from '../verb.js';
import { abor } from './abor.js';
import { acct } from './acct.js';
import { allo } from './allo.js';
import { appe } from './appe.js';
import { auth } from './auth.js';
import { ccc } from './ccc.js';
import { cdup } from './cdup.js';
import { cwd } from './cwd.js';
import { dele } from './dele.js';
import { eprt } from './eprt.js';
import { epsv } from './epsv.js';
import { feat } from './feat.js';
import { list } from './list.js';
import { lprt } from './lprt.js';
import { lpsv } from './lpsv.js';
import { mkd } from './mkd.js';
import { mlsd } from './mlsd.js';
import { mlst } from './mlst.js';
import { mode } from './mode.js';
import { nlst } from './nlst.js';
import { pass } from './pass.js';
import { pasv } from './pasv.js';
import { pbsz } from './pbsz.js';
import { port } from './port.js';
import { prot } from './prot.js';
import { pwd } from './pwd.js';
import { quit } from './quit.js';
import { rein } from './rein.js';
import { rest } from './rest.js';
import { retr } from './retr.js';
import { rmd } from './rmd.js';
import { rnfr } from './rnfr.js';
import { rnto } from './rnto.js';
import { stat } from './stat.js';
import { stor } from './stor.js';
import { stou } from './stou.js';
import { stru } from './stru.js';
import { type } from './type.js';
import { user } from './user.js';

/** Every verb, in the order of HELP and of docs/verbs.md. */
export const VERBS: readonly Verb[] = [
  user,
  pass,
  acct,
  rein,
  quit,
  cwd,
  cdup,
  pwd,
  port,
  pasv,
  eprt,
  epsv,
  lprt,
  lpsv,
  type,
  stru,
  mode,
  retr,
  stor,
  stou,
  appe,
  allo,
  rest,
  abor,
  rnfr,
  rnto,
  dele,
  rmd,
  mkd,
  list,
  nlst,
  mlst,
  mlsd,
  stat,
  feat,
  auth,
  pbsz,
  prot,
  ccc,
];

const BY_NAME = new Map(VERBS.flatMap((row) => [row.verb, ...(row.aliases ?? [])].map((name) => [name, row])));

/** The row of a verb or of an alias, in upper case. */
export function findVerb(name: string): Verb | undefined {
  return BY_NAME.get(name);
}

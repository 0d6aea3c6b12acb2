import type { Verb } from '../verb.js';
import { abor } from './abor.js';
import { acct } from './acct.js';
import { allo } from './allo.js';
import { appe } from './appe.js';
import { auth } from './auth.js';
import { avbl } from './avbl.js';
import { ccc } from './ccc.js';
import { cdup } from './cdup.js';
import { clnt } from './clnt.js';
import { comb } from './comb.js';
import { csid } from './csid.js';
import { cwd } from './cwd.js';
import { dele } from './dele.js';
import { dsiz } from './dsiz.js';
import { eprt } from './eprt.js';
import { epsv } from './epsv.js';
import { feat } from './feat.js';
import { hash } from './hash.js';
import { help } from './help.js';
import { host } from './host.js';
import { lang } from './lang.js';
import { list } from './list.js';
import { lprt } from './lprt.js';
import { lpsv } from './lpsv.js';
import { mdtm } from './mdtm.js';
import { mfct } from './mfct.js';
import { mff } from './mff.js';
import { mfmt } from './mfmt.js';
import { mkd } from './mkd.js';
import { mlsd } from './mlsd.js';
import { mlst } from './mlst.js';
import { mode } from './mode.js';
import { nlst } from './nlst.js';
import { noop } from './noop.js';
import { opts } from './opts.js';
import { pass } from './pass.js';
import { pasv } from './pasv.js';
import { pbsz } from './pbsz.js';
import { port } from './port.js';
import { prot } from './prot.js';
import { pwd } from './pwd.js';
import { quit } from './quit.js';
import { rang } from './rang.js';
import { rein } from './rein.js';
import { rest } from './rest.js';
import { retr } from './retr.js';
import { rmd } from './rmd.js';
import { rnfr } from './rnfr.js';
import { rnto } from './rnto.js';
import { site } from './site.js';
import { size } from './size.js';
import { smnt } from './smnt.js';
import { stat } from './stat.js';
import { stor } from './stor.js';
import { stou } from './stou.js';
import { stru } from './stru.js';
import { syst } from './syst.js';
import { type } from './type.js';
import { user } from './user.js';
import { adat, conf, enc, mic } from './security.js';
import { xHashes } from './x-hash.js';

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
  smnt,
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
  syst,
  help,
  site,
  noop,
  feat,
  opts,
  lang,
  auth,
  pbsz,
  prot,
  ccc,
  mdtm,
  size,
  mfmt,
  mfct,
  mff,
  hash,
  rang,
  comb,
  avbl,
  dsiz,
  csid,
  clnt,
  host,
  ...xHashes,
  adat,
  mic,
  conf,
  enc,
];

const BY_NAME = new Map(VERBS.flatMap((row) => [row.verb, ...(row.aliases ?? [])].map((name) => [name, row])));

/** The row of a verb or of an alias, in upper case. */
export function findVerb(name: string): Verb | undefined {
  return BY_NAME.get(name);
}

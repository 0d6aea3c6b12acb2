import { dos } from './dos.js';
import { eplf } from './eplf.js';
import { jes } from './jes.js';
import { enterprise } from './enterprise.js';
import type { FormatRow } from './listing-format.js';
import { mlsd } from './mlsx.js';
import { mvs } from './mvs.js';
import { names } from './names.js';
import { netware } from './netware.js';
import { nonstop } from './nonstop.js';
import { os2 } from './os2.js';
import { os400 } from './os400.js';
import { os9 } from './os9.js';
import { pds } from './pds.js';
import { unix } from './unix.js';
import { vms } from './vms.js';
import { vxworks } from './vxworks.js';
import { zvm } from './zvm.js';

/** Every format, in the order in which a line is offered to them: the frequent first. No line is of two of them. */
export const listingFormats: readonly FormatRow[] = [
  mlsd,
  unix,
  dos,
  eplf,
  netware,
  os2,
  os400,
  vms,
  mvs,
  pds,
  jes,
  zvm,
  nonstop,
  vxworks,
  os9,
  enterprise,
  names,
];

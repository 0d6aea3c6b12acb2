/**
 * `missing`: there is no such table or set. `denied`: not without CAP_NET_ADMIN. `not-installed`: there is no nft.
 * `refused`: anything else that nft says. `ended`: it has ended, was killed, or could not be started. `late`: it has not answered in
 * time, and was killed. `too-many`: as many pinholes are open as may be.
 */
export type NftFaultCode = 'missing' | 'denied' | 'not-installed' | 'refused' | 'ended' | 'late' | 'too-many';

/** Why a pinhole could not be opened or closed. Compare by `code`. */
export class NftFault extends Error {
  override readonly name = 'NftFault';
  readonly code: NftFaultCode;

  constructor(code: NftFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The fault that stands for what nft has written to its stderr. */
export function nftFault(complaint: string): NftFault {
  if (complaint.includes('Operation not permitted')) return new NftFault('denied', complaint);
  if (complaint.includes('No such file or directory')) return new NftFault('missing', complaint);
  return new NftFault('refused', complaint);
}

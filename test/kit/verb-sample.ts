/** How one verb is used rightly and wrongly. */
export interface VerbSample {
  /** A right argument, and the final reply to it. */
  readonly argument?: string;
  readonly code: number;
  /** Commands that must come before, with their replies; the session is logged in unless `login` is 'none'. */
  readonly before?: readonly (readonly [line: string, code: number])[];
  readonly login?: 'none';
  /** The session must be in TLS. */
  readonly tls?: true;
  /** Which way the data connection carries octets. */
  readonly data?: 'down' | 'up';
  /** The final reply to the right argument before login; 530 where it needs one. */
  readonly beforeLogin?: number;
  /** Malformed arguments, with the reply where it is not 501. */
  readonly malformed?: readonly (string | readonly [argument: string, code: number])[];
  /** Codes that this verb's RFC lists beside those every verb may give. */
  readonly codes: readonly number[];
  /** Nothing can be said on the session afterwards, without more ado. */
  readonly ends?: true;
}

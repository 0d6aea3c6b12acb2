/** Options that a server cannot keep to. It does not start with them, since it would otherwise protect less than it was told to. */
export class OptionsFault extends Error {
  override readonly name = 'OptionsFault';
  readonly code = 'options';
}

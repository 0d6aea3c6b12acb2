/** What the administrator must change in a database, an account or a backend: one line that says what to do. Exit code 2. */
export class AdministrationFault extends Error {
  override readonly name = 'AdministrationFault';
  readonly code = 'USAGE';
}

/** What the administrator must change before a server can start: one line that says what is wrong and what to do. Exit code 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
  readonly code = 'USAGE';
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

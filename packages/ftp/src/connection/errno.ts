/** What the system, or Node, calls the error: ENOENT, ECONNRESET; undefined where it has no such name. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The code of an error of the system, such as `ENOENT`; null: it has none. */
export function systemErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** The same for a message. */
export function systemErrorCodeOr(error: unknown): string {
  return systemErrorCode(error) ?? 'unknown error';
}

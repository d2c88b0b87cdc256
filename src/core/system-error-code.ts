/** The code of an error of the system, such as `ENOENT`; null: it has none. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** The same for a message. */
export function shownErrorCode(error: unknown): string {
  return errorCode(error) ?? 'unknown error';
}

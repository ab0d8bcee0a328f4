import type { Failure } from './generated/Failure';

function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Partial<Failure>;
  return typeof code === 'string' && typeof message === 'string';
}

function asDetails(details: unknown): object | null {
  return typeof details === 'object' ? details : null;
}

/**
 * What the desk refused or could not do.
 *
 * `code` is stable and for the program; `message` is a sentence for a person, already in their language; `details`
 * belongs to the code.
 */
export class DeskError extends Error {
  override readonly name = 'DeskError';
  readonly code: string;
  readonly details: object | null;

  constructor(code: string, message: string, details: object | null = null) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** Whatever was thrown, as a DeskError: a failure of the desk keeps its code, anything else is `unexpected`. */
  static from(thrown: unknown): DeskError {
    if (thrown instanceof DeskError) return thrown;
    if (isFailure(thrown)) return new DeskError(thrown.code, thrown.message, asDetails(thrown.details));
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new DeskError('unexpected', message);
  }
}

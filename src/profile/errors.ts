/** Stable codes of everything that can be wrong with a profile; `docs/troubleshooting.md` explains each. */
export type ProfileErrorCode =
  /** The content is no profile, or a format that is not read. */
  | 'PROFILE_FORMAT'
  /** The format is known and the content is damaged. */
  | 'PROFILE_BROKEN'
  /** The profile holds no sample with weight. */
  | 'PROFILE_EMPTY'
  | 'PROFILE_TOO_LARGE'
  /** The file cannot be read. */
  | 'PROFILE_UNREADABLE'
  /** A file cannot be written. */
  | 'PROFILE_UNWRITABLE'
  /** The command line is wrong. */
  | 'PROFILE_OPTION'
  /** A rule of the user's is wrong or takes too long. */
  | 'PROFILE_RULE'
  /** Two profiles cannot be compared. */
  | 'PROFILE_MISMATCH'
  /** V8's profiler could not be started or stopped. */
  | 'PROFILE_RECORDER';

/** A profile as other programs see its failure. */
export interface ProfileErrorReport {
  code: ProfileErrorCode;
  message: string;
  hint: string;
}

/** Thrown by everything that records, reads or writes a profile; `hint` is what the user can do next, one sentence. */
export class ProfileError extends Error {
  readonly code: ProfileErrorCode;
  readonly hint: string;

  constructor(code: ProfileErrorCode, message: string, details: { hint: string; cause?: unknown }) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'ProfileError';
    this.code = code;
    this.hint = details.hint;
  }

  toJSON(): ProfileErrorReport {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

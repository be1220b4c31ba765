export type MuxErrorCode =
  /** A codec that the container or the muxer does not take. */
  | 'MUX_CODEC'
  /** An input that is none of the formats of HLS, or is broken. */
  | 'MUX_FORMAT'
  /** Parts with other codec parameters than the first: no single track can hold them. */
  | 'MUX_PARAMETERS'
  /** Timestamps that jump where no discontinuity is declared, or inputs that do not fit together. */
  | 'MUX_TIMES'
  /** ffmpeg is missing or failed. */
  | 'MUX_FFMPEG'
  /** The disk failed; `cause` has the system's error. */
  | 'MUX_DISK'
  /** A defect of ours. */
  | 'MUX_INTERNAL';

/** A `MuxError` as it crosses threads. */
export interface MuxErrorReport {
  code: MuxErrorCode;
  message: string;
  hint: string;
  /** Of the system's error below it: `ENOSPC`, … */
  systemCode?: string;
}

/** Muxing failed; `message` says how, `hint` what to do next. Cancellation is an `AbortError` instead. */
export class MuxError extends Error {
  override readonly name = 'MuxError';
  readonly code: MuxErrorCode;
  readonly hint: string;
  readonly systemCode: string | undefined;

  constructor(code: MuxErrorCode, message: string, details: { hint: string; cause?: unknown; systemCode?: string }) {
    super(message, { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.systemCode = details.systemCode ?? systemCodeOf(details.cause);
  }

  toJSON(): MuxErrorReport {
    const { code, message, hint, systemCode } = this;
    return { code, message, hint, ...(systemCode === undefined ? {} : { systemCode }) };
  }
}

/** The error of another thread, as one of this thread. */
export function fromReport({ code, message, ...details }: MuxErrorReport): MuxError {
  return new MuxError(code, message, details);
}

/** Whatever went wrong, as a `MuxError`. */
export function asMuxError(error: unknown): MuxError {
  if (error instanceof MuxError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (systemCodeOf(error) !== undefined) {
    return new MuxError('MUX_DISK', `The files could not be read or written: ${message}`, {
      hint: 'See that the disk has room and the folder can be written to.',
      cause: error,
    });
  }
  return new MuxError('MUX_INTERNAL', `An unexpected error while muxing: ${message}`, {
    hint: 'Please report it with the log; a name that ends in .ts keeps the stream as it came.',
    cause: error,
  });
}

function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

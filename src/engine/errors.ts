import { redactUrl } from './redact.ts';

/** What was being fetched when something went wrong. */
export type Resource = 'playlist' | 'init' | 'key' | 'fragment';

/** How a transfer failed. */
export type TransferCause =
  /** The host's name is unknown or nothing listens there. */
  | 'UNREACHABLE'
  | 'TLS'
  /** The connection ended before the answer was whole. */
  | 'RESET'
  /** No first byte in time. */
  | 'TIMEOUT'
  /** The body stopped, or crawls below the minimum rate. */
  | 'STALLED'
  /** Fewer or more bytes than the origin announced. */
  | 'TRUNCATED'
  | 'TOO_LARGE'
  | 'STATUS'
  | 'REDIRECT'
  /** The address is one that the playlist may not lead to: private, not http(s), or http below https. */
  | 'POLICY'
  /** The answer does not fit the byte range that was asked for. */
  | 'RANGE'
  /** The bytes cannot be what the resource should be: an HTML page for a fragment, a key that is not 16 bytes. */
  | 'CONTENT'
  /** The bytes cannot be decrypted with the key of the playlist. */
  | 'DECRYPT';

/** Stable error codes; docs/troubleshooting.md explains each. */
export type ErrorCode =
  | `HLS_${Uppercase<Resource>}_${TransferCause}`
  | 'HLS_OPTION'
  | 'HLS_URL'
  | 'HLS_PLAYLIST_NOT_HLS'
  | 'HLS_PLAYLIST_SYNTAX'
  | 'HLS_PLAYLIST_EMPTY'
  | 'HLS_PLAYLIST_VARIANT'
  | 'HLS_PLAYLIST_CHANGED'
  | 'HLS_PLAYLIST_DRM'
  | 'HLS_PLAYLIST_ENCRYPTION'
  | 'HLS_PLAYLIST_SUBTITLES'
  | 'HLS_MUX'
  | 'HLS_DISK_FULL'
  | 'HLS_DISK_DENIED'
  | 'HLS_DISK_NO_FOLDER'
  | 'HLS_DISK_NAME'
  | 'HLS_DISK_REMOVED'
  | 'HLS_DISK_BUSY'
  | 'HLS_DISK_IO'
  | 'HLS_INTERNAL';

/** Exit codes of the command line (docs/reference.md tells them). */
export type ExitCode = 0 | 2 | 3 | 4 | 5 | 6 | 130;

export interface ErrorDetails {
  /** What the user can do next, one sentence. */
  hint: string;
  /** Redacted here, whatever is passed. */
  url?: string | undefined;
  /** Index of the fragment in the plan, from 0. */
  fragment?: number | undefined;
  cause?: unknown;
}

/** Base of everything that the engine throws on purpose, except cancellation (an `AbortError`). */
export abstract class EngineError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly url: string | undefined;
  readonly fragment: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
    this.url = details.url === undefined ? undefined : redactUrl(details.url);
    this.fragment = details.fragment;
  }

  get exitCode(): ExitCode {
    return exitCodeFor(this.code);
  }

  /** The error as other programs read it (`Receipt.error`); full of words, free of secrets. */
  toJSON(): ErrorReport {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      ...(this.fragment === undefined ? {} : { fragment: this.fragment }),
      ...(this.url === undefined ? {} : { url: this.url }),
    };
  }
}

/** The request itself is wrong: an option, a URL. */
export class UsageError extends EngineError {}

export interface TransferDetails extends ErrorDetails {
  status?: number | undefined;
  /** The wait that the origin announced (Retry-After), in milliseconds. */
  retryAfterMs?: number | undefined;
}

/** The origin or the way to it failed. */
export class TransferError extends EngineError {
  readonly resource: Resource;
  readonly reason: TransferCause;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(resource: Resource, reason: TransferCause, message: string, details: TransferDetails) {
    super(`HLS_${resource.toUpperCase() as Uppercase<Resource>}_${reason}`, message, details);
    this.resource = resource;
    this.reason = reason;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  override toJSON(): ErrorReport {
    return { ...super.toJSON(), ...(this.status === undefined ? {} : { status: this.status }) };
  }
}

/** The playlist cannot be used. */
export class PlaylistError extends EngineError {}

/** The target cannot be written. */
export class DiskError extends EngineError {}

/** A defect of ours; whatever reaches the top without a class of its own. */
export class InternalError extends EngineError {}

/** What was thrown, as an error of the engine: a defect of ours where it is none already. */
export function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new InternalError('HLS_INTERNAL', `An unexpected error: ${message}`, {
    hint: 'Please report it with the log.',
    cause: error,
  });
}

/** `Receipt.error` (contracts of the command line). */
export interface ErrorReport {
  code: ErrorCode;
  message: string;
  hint: string;
  fragment?: number;
  url?: string;
  /** Status of the origin's answer, where that was the trouble. */
  status?: number;
}

/** The exit code that a reported error ends with. */
export function exitCodeFor(code: ErrorCode): ExitCode {
  if (code === 'HLS_OPTION' || code === 'HLS_URL') return 2;
  if (code.startsWith('HLS_DISK_')) return 5;
  return playlistCodes.has(code) ? 4 : 3;
}

const playlistCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'HLS_PLAYLIST_NOT_HLS',
  'HLS_PLAYLIST_SYNTAX',
  'HLS_PLAYLIST_EMPTY',
  'HLS_PLAYLIST_VARIANT',
  'HLS_PLAYLIST_CHANGED',
  'HLS_PLAYLIST_SUBTITLES',
  'HLS_MUX',
  'HLS_PLAYLIST_DRM',
  'HLS_PLAYLIST_ENCRYPTION',
]);

/** The reason of an abort that wants what is whole kept for the next try: the window closes, the process is told to end. */
export class Interruption extends Error {
  override readonly name = 'AbortError';
}

/** Cancellation: a DOMException named `AbortError`, as the platform's own APIs throw. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

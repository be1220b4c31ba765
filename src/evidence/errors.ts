/** Stable codes of everything that can be wrong with a claim and its test; `docs/troubleshooting.md` explains each. */
export type EvidenceErrorCode =
  /** The file cannot be read. */
  | 'CLAIM_UNREADABLE'
  /** The file is no JSON. */
  | 'CLAIM_SYNTAX'
  /** A field is missing, unknown or wrong. */
  | 'CLAIM_INVALID'
  /** The claim lacks an arm or a workload, so that it cannot be tested. */
  | 'CLAIM_UNTESTABLE'
  /** The record of an earlier test is damaged, or belongs to another claim. */
  | 'CLAIM_RECORD'
  /** A run cannot be made, or never came to count. */
  | 'CLAIM_RUN'
  /** The command line is wrong. */
  | 'CLAIM_OPTION';

/** Thrown by everything that reads, tests or reports claims; `hint` is what the user can do next, one sentence. */
export class EvidenceError extends Error {
  readonly code: EvidenceErrorCode;
  readonly hint: string;

  constructor(code: EvidenceErrorCode, message: string, details: { hint: string; cause?: unknown }) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'EvidenceError';
    this.code = code;
    this.hint = details.hint;
  }

  toJSON(): { code: EvidenceErrorCode; message: string; hint: string } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

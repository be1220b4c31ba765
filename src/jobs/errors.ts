import type { JobState } from './record.ts';

/** The target file is being written by another download, here or in another window. */
export class TargetBusyError extends Error {
  readonly output: string;

  constructor(output: string, cause: unknown) {
    super(`${output} is being written by another download`, { cause });
    this.name = 'TargetBusyError';
    this.output = output;
  }
}

/** The job is running, or another window is changing it. */
export class JobBusyError extends Error {
  readonly id: string;

  constructor(id: string, cause?: unknown) {
    super(`job ${id} is running`, { cause });
    this.name = 'JobBusyError';
    this.id = id;
  }
}

/** The job cannot go on: it ended as it should, or as a person wanted. */
export class JobOverError extends Error {
  readonly id: string;
  readonly state: JobState;

  constructor(id: string, state: JobState) {
    super(`job ${id} is over: ${state}`);
    this.name = 'JobOverError';
    this.id = id;
    this.state = state;
  }
}

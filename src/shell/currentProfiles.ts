import * as vscode from 'vscode';
import type { JobProfile } from '../jobs/record.ts';
import { ProfileError } from '../profile/errors.ts';
import { readProfileFile } from '../profile/formats/file.ts';
import { asError, type Log } from './log.ts';
import type { ProfileJudge } from './profileJudge.ts';
import { summariseProfile } from './profileSummary.ts';

/**
 * What lines of the tree say of profiles that were judged by other settings than today's: their files are read again, one at a time and only those
 * that are looked at. Jobs keep what they recorded, for another window may have other settings.
 */
export class CurrentProfiles implements vscode.Disposable {
  readonly #judge: ProfileJudge;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<string>();
  /** With the id of the job whose profile is known by now. */
  readonly onDidChange = this.#changed.event;
  readonly #known = new Map<string, JobProfile>();
  readonly #asked = new Set<string>();
  #queue: Promise<void> = Promise.resolve();
  #isDisposed = false;

  constructor(judge: ProfileJudge, log: Log) {
    this.#judge = judge;
    this.#log = log;
  }

  /** A profile as it is judged today; as its job has it while that is not known. */
  of(jobId: string, path: string, profile: JobProfile): JobProfile {
    const { key } = this.#judge;
    if ((profile.judgedBy ?? '') === key) return profile;
    const place = `${key}\n${path}`;
    const known = this.#known.get(place);
    if (known !== undefined) return { ...profile, gate: known.gate };
    if (!this.#asked.has(place)) {
      this.#asked.add(place);
      this.#queue = this.#queue.then(() => this.#read(jobId, path, profile, place));
    }
    return profile;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#changed.dispose();
  }

  async #read(jobId: string, path: string, profile: JobProfile, place: string): Promise<void> {
    if (this.#isDisposed || !place.startsWith(`${this.#judge.key}\n`)) {
      this.#asked.delete(place);
      return;
    }
    try {
      const read = await readProfileFile(path, profile.name);
      this.#known.set(
        place,
        summariseProfile(read, profile, (work) => this.#judge.judge(work)),
      );
      this.#changed.fire(jobId);
    } catch (error) {
      // The line keeps what was known; opening the profile says what is wrong with it.
      if (error instanceof ProfileError) this.#log.warn(`${path} cannot be judged again: ${error.message}`);
      else this.#log.error(asError(error));
    }
  }
}

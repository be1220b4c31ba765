/** A store for secrets, as VS Code's SecretStorage is one. */
export interface SecretVault {
  get: (key: string) => PromiseLike<string | undefined>;
  store: (key: string, value: string) => PromiseLike<void>;
  delete: (key: string) => PromiseLike<void>;
}

/** What a job needs to run again and that must not lie in a file. */
export interface JobSecrets {
  /** The whole URL, with its query values. */
  url: string;
  headers?: Record<string, string>;
  /** Certificates that were given for it, PEM: no secret, but as little a thing of the job's record. */
  ca?: string;
}

/** Secrets of jobs, by job id. */
export class JobSecretVault {
  readonly #vault: SecretVault;

  constructor(vault: SecretVault) {
    this.#vault = vault;
  }

  async store(id: string, secrets: JobSecrets): Promise<void> {
    await this.#vault.store(keyOf(id), JSON.stringify(secrets));
  }

  /** The job's secrets; nothing when they were never stored here (another machine) or cannot be read. */
  async get(id: string): Promise<JobSecrets | undefined> {
    const text = await this.#vault.get(keyOf(id));
    if (text === undefined) return undefined;
    try {
      const value = JSON.parse(text) as JobSecrets;
      return typeof value.url === 'string' ? value : undefined;
    } catch {
      // Written by something else: the person is asked for the URL, as on another machine.
      return undefined;
    }
  }

  async delete(id: string): Promise<void> {
    await this.#vault.delete(keyOf(id));
  }
}

function keyOf(id: string): string {
  return `hotframe.job.${id}`;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A Node process that talks by lines. */
export class LineChild {
  readonly process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(script: URL, args: string[]) {
    this.process = spawn(process.execPath, [script.pathname, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.process.stdout! })[Symbol.asyncIterator]();
  }

  /** Its next line. */
  async read(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('the child ended');
    return next.value;
  }

  /** Writes a line, and answers with its next one. */
  async ask(line: string): Promise<string> {
    this.process.stdin!.write(`${line}\n`);
    return this.read();
  }

  /** Ends it as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exit;
  }
}

import { inspect } from 'node:util';
import * as vscode from 'vscode';
import { redactText } from './redactText.ts';

/** The `Hotframe` log channel. Every line is redacted on its way in; nothing opens by itself. */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('Hotframe', { log: true });

  info(message: string): void {
    this.#channel.info(redactText(message));
  }

  warn(message: string): void {
    this.#channel.warn(redactText(message));
  }

  error(error: string | Error): void {
    if (typeof error === 'string') {
      this.#channel.error(redactText(error));
      return;
    }
    this.#channel.error(redactText(error.stack ?? error.message));
    if (error.cause !== undefined) this.#channel.error(redactText(`cause: ${inspect(error.cause)}`));
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }

  /** Lets work go on by itself; a failure of it is logged. */
  follow(work: PromiseLike<unknown>): void {
    work.then(undefined, (error: unknown) => this.error(asError(error)));
  }
}

/** Whatever was thrown, as an error. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

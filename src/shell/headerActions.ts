import * as vscode from 'vscode';
import type { OriginHeader, OriginHeaders } from '../jobs/originHeaders.ts';
import { checkHeaderName, isHeaderValue } from './headers.ts';
import type { Log } from './log.ts';
import { showMessage } from './notifications.ts';
import { describeUrlFault } from './prompts.ts';

/** What a script gives to `hotframe.setRequestHeader`. */
export interface GivenHeader {
  /** Any URL of the origin. */
  url: string;
  name: string;
  /** `null` removes the header. */
  value: string | null;
}

/** Lets a person set, change and remove request headers of origins. Their values are typed unseen and shown nowhere. */
export class HeaderActions {
  readonly #headers: OriginHeaders;
  readonly #log: Log;

  constructor(headers: OriginHeaders, log: Log) {
    this.#headers = headers;
    this.#log = log;
  }

  /**
   * The command.
   * @param given asked for without it.
   * @throws TypeError for what is given and cannot be a header; it names the value in no case.
   */
  async set(given?: unknown): Promise<void> {
    if (given !== undefined) return this.#setGiven(toGivenHeader(given));
    const all = await this.#headers.list();
    const choice = all.length === 0 ? 'add' : await pickHeader(all);
    if (choice === undefined) return;
    if (choice === 'add') await this.#add();
    else await this.#change(choice);
  }

  async #setGiven({ url, name, value }: GivenHeader): Promise<void> {
    const header = { origin: new URL(url).origin, name };
    if (value === null) await this.#headers.remove(header);
    else await this.#headers.set(header, value);
  }

  async #add(): Promise<void> {
    const url = await askOrigin();
    const name = url === undefined ? undefined : await askName();
    if (url !== undefined && name !== undefined) await this.#askAndSet({ origin: new URL(url.trim()).origin, name });
  }

  async #change(header: OriginHeader): Promise<void> {
    const change = { label: vscode.l10n.t('Change Value…') };
    const remove = { label: vscode.l10n.t('Remove') };
    const title = vscode.l10n.t('{0} of {1}', header.name, header.origin);
    const answer = await vscode.window.showQuickPick([change, remove], { title });
    if (answer === change) await this.#askAndSet(header);
    if (answer !== remove) return;
    await this.#headers.remove(header);
    this.#tell(vscode.l10n.t('{0} is no longer sent to {1}.', header.name, header.origin));
  }

  async #askAndSet(header: OriginHeader): Promise<void> {
    const value = await askValue(header);
    if (value === undefined) return;
    await this.#headers.set(header, value.trim());
    this.#tell(vscode.l10n.t('{0} is sent with downloads from {1}, and nowhere else.', header.name, header.origin));
  }

  #tell(text: string): void {
    showMessage('info', text, [], this.#log);
  }
}

function toGivenHeader(given: unknown): GivenHeader {
  if (typeof given !== 'object' || given === null) throw new TypeError('a header is { url, name, value }');
  const { url, name, value } = given as Record<string, unknown>;
  if (typeof url !== 'string' || describeUrlFault(url) !== undefined) throw new TypeError('"url" is no http(s) URL');
  if (typeof name !== 'string' || checkHeaderName(name) !== undefined) {
    throw new TypeError('"name" is no name of a header that can be set');
  }
  if (value !== null && !(typeof value === 'string' && isHeaderValue(value))) {
    throw new TypeError('"value" cannot be sent as the value of a header');
  }
  return { url: url.trim(), name, value };
}

async function pickHeader(all: readonly OriginHeader[]): Promise<OriginHeader | 'add' | undefined> {
  const add = { label: `$(add) ${vscode.l10n.t('Add Header…')}` };
  const items = all.map((header) => ({ label: header.name, description: header.origin, header }));
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { header?: OriginHeader }>([add, ...items], {
    title: title(),
    placeHolder: vscode.l10n.t('Choose a header to change or remove'),
    matchOnDescription: true,
  });
  return picked === undefined ? undefined : (picked.header ?? 'add');
}

function askOrigin(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t('Origin that the header is for, or any URL of it'),
    placeHolder: 'https://example.com',
    ignoreFocusOut: true,
    validateInput: describeUrlFault,
  });
}

function askName(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t('Name of the header'),
    placeHolder: 'Authorization',
    ignoreFocusOut: true,
    validateInput: describeNameFault,
  });
}

function askValue({ origin, name }: OriginHeader): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: title(),
    prompt: vscode.l10n.t('Value of {0} for {1}. It is kept as a secret.', name, origin),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      isHeaderValue(value)
        ? undefined
        : vscode.l10n.t('A value is not empty, and has no line breaks and no characters beyond Latin-1.'),
  });
}

function describeNameFault(name: string): string | undefined {
  switch (checkHeaderName(name)) {
    case undefined:
      return undefined;
    case 'empty':
      return vscode.l10n.t('Enter the name of a header.');
    case 'syntax':
      return vscode.l10n.t('This is not the name of a header: letters, digits and a few signs such as - only.');
    case 'settled':
      return vscode.l10n.t('Hotframe settles this header itself for each request.');
  }
}

function title(): string {
  return vscode.l10n.t('Set Request Header');
}

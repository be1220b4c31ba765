import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The project's folder. */
export const root = resolve(import.meta.dirname, '..', '..');

/** What prepare.mjs found or installed, as it wrote it to `.vscode-test/host.json`. */
export interface Found {
  /** Which VS Code runs the extension. */
  host: 'desktop' | 'code-server';
  /** Executable of the desktop VS Code. */
  desktop?: string;
  /** Folder of the npm package code-server. */
  codeServer?: string;
  /** Executable of the browser. */
  chromium?: string;
}

/** Reads what prepare.mjs found. Throws when it did not run. */
export function readFound(): Found {
  const path = join(root, '.vscode-test', 'host.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Found;
  } catch (cause) {
    throw new Error(`${path} can't be read: run "node test/host/prepare.mjs test" first`, { cause });
  }
}

/** One of the things found; throws when it is missing, naming the remedy. */
export function need(kind: 'desktop' | 'codeServer' | 'chromium'): string {
  const found = readFound()[kind];
  if (found === undefined) throw new Error(`no ${kind} was prepared: run "node test/host/prepare.mjs test" first`);
  return found;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { Ending } from './ending.ts';
import { need } from './found.ts';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the prepared Chromium without a window; it ends with `ending`, and what it writes goes with it. */
export async function launchBrowser(ending: Ending): Promise<Browser> {
  const home = mkdtempSync(join(tmpdir(), 'hotframe-browser-'));
  ending.add(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const browser = await chromium.launch({
    executablePath: need('chromium'),
    args: flags,
    // Crash reports and desktop settings would go to the person's own folders.
    env: { ...process.env, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  ending.add(() => browser.close());
  return browser;
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps a VS Code that is started here quiet: no network of its own, no accounts, no hints over what is tested. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.editor.enablePreview': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Writes the settings of a user-data folder that has none yet; `extra` on top. */
export function writeSettings(userData: string, extra: Record<string, unknown> = {}): void {
  const path = join(userData, 'User', 'settings.json');
  if (existsSync(path)) return;
  mkdirSync(join(userData, 'User'), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...quiet, ...extra }, null, 2));
}

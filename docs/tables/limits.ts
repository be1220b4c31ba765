import { limitDefault, limitOptions } from '../../src/cli/limits.ts';
import type { Limits } from '../../src/engine/request.ts';
import { limitSettings } from '../../src/shell/limitSettings.ts';
import { code, markdownTable } from './markdown.ts';

/** Every limit of a download: its default, and how it is given on the command line and in the settings. */
export function limitTable(): string {
  const fields = Object.keys(limitOptions) as (keyof Limits)[];
  return markdownTable(
    ['limit', 'default', 'option', 'setting under `hotframe.limits`'],
    fields.map((field) => {
      const { name, help } = limitOptions[field];
      return [help, limitDefault(field), code(`--${name}`), code(limitSettings[field].name)];
    }),
  );
}

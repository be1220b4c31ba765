import { readFileSync } from 'node:fs';

/** A setting or a property of a task, as JSON schema. */
export interface Property {
  type: string | readonly string[];
  default?: unknown;
  enum?: readonly unknown[];
  markdownEnumDescriptions?: readonly string[];
  items?: Property;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  pattern?: string;
  description?: string;
  markdownDescription?: string;
  scope?: string;
}

/** A command where it is offered. */
export interface MenuItem {
  command?: string;
  when?: string;
}

/** A key of a command. */
export interface Keybinding {
  command: string;
  key: string;
  mac?: string;
  when?: string;
}

/** What is read of package.json. */
export interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: readonly string[] } };
  contributes: {
    commands: readonly { command: string; title: string; category?: string }[];
    menus: Readonly<Record<string, readonly MenuItem[]>>;
    keybindings: readonly Keybinding[];
    configuration: readonly { properties: Readonly<Record<string, Property>> }[];
    taskDefinitions: readonly { required: readonly string[]; properties: Readonly<Record<string, Property>> }[];
  };
}

/** The extension's manifest, with its texts in English. */
export function readManifest(): Manifest {
  const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
  return JSON.parse(read('package.json'), (_, value: unknown) => {
    const key = typeof value === 'string' ? /^%(.+)%$/.exec(value)?.[1] : undefined;
    return key === undefined ? value : textOf(key, texts);
  }) as Manifest;
}

function textOf(key: string, texts: Readonly<Record<string, string>>): string {
  const text = texts[key];
  if (text === undefined) throw new Error(`package.nls.json has no ${key}.`);
  return text;
}

function read(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

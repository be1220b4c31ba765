import type { Manifest, Property } from './manifest.ts';
import { code, markdownTable } from './markdown.ts';

/** All settings: default, what they take, where they can be set, and what they do. */
export function settingsTable({ contributes, capabilities }: Manifest): string {
  const restricted = new Set(capabilities.untrustedWorkspaces.restrictedConfigurations);
  const settings = contributes.configuration.flatMap(({ properties }) => Object.entries(properties));
  return markdownTable(
    ['setting', 'default', 'takes', 'set by', 'what it does'],
    settings.map(([name, property]) => [
      code(name),
      defaultText(property.default),
      rangeText(property),
      placeText(property.scope ?? 'window', restricted.has(name)),
      meaningText(property),
    ]),
  );
}

/** The properties of a task. */
export function taskTable({ contributes }: Manifest): string {
  const [task] = contributes.taskDefinitions;
  if (task === undefined) throw new Error('The manifest defines no task.');
  return markdownTable(
    ['property', 'takes', 'what it is'],
    Object.entries(task.properties).map(([name, property]) => [
      task.required.includes(name) ? `${code(name)} (needed)` : code(name),
      rangeText(property),
      meaningText(property),
    ]),
  );
}

function defaultText(value: unknown): string {
  if (value === null || value === '') return 'empty';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  return valueText(value);
}

function valueText(value: unknown): string {
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function rangeText(property: Property): string {
  const types = [property.type].flat();
  const texts = types.flatMap((type) => typeText(type, property));
  return [...new Set(texts)].join(', or ');
}

function typeText(type: string, property: Property): string[] {
  const { enum: values, items, pattern } = property;
  switch (type) {
    case 'boolean':
      return ['on or off'];
    case 'null':
      return ['empty'];
    case 'integer':
      return [`whole number${boundsText(property)}`];
    case 'number':
      return [`number${boundsText(property)}`];
    case 'array':
      return [items?.type === 'object' ? 'list of rules' : 'list'];
    default: {
      if (values !== undefined) return [values.map(valueText).join(', ')];
      const word = /^\^(\w+)\$$/.exec(pattern ?? '')?.[1];
      return [word === undefined ? 'text' : code(word)];
    }
  }
}

function boundsText({ minimum, exclusiveMinimum, maximum }: Property): string {
  const text = (bound: number): string => bound.toLocaleString('en', { maximumFractionDigits: 3 });
  if (exclusiveMinimum !== undefined) return ` above ${text(exclusiveMinimum)}`;
  if (minimum === undefined) return '';
  return maximum === undefined ? ` from ${text(minimum)}` : ` from ${text(minimum)} to ${text(maximum)}`;
}

/** VS Code's scopes: a setting of the machine is never a workspace's. */
function placeText(scope: string, isRestricted: boolean): string {
  const workspace = isRestricted ? 'trusted workspace' : 'workspace';
  switch (scope) {
    case 'window':
    case 'resource':
      return `user, ${workspace}`;
    case 'machine-overridable':
      return `user of the machine, ${workspace}`;
    case 'machine':
      return 'user of the machine';
    default:
      return scope;
  }
}

function meaningText({
  description,
  markdownDescription = description ?? '',
  enum: values,
  markdownEnumDescriptions,
}: Property): string {
  const choices = (markdownEnumDescriptions ?? []).map((text, index) => `${valueText(values?.[index])}: ${text}`);
  // `#setting#` is VS Code's own way to link a setting.
  return [markdownDescription, ...choices].join('<br>').replaceAll(/`#([\w.]+)#`/g, '`$1`');
}

import type { Keybinding, Manifest, MenuItem } from './manifest.ts';
import { code, markdownTable } from './markdown.ts';

/** Menus of VS Code, in words. */
const places: Readonly<Record<string, string>> = {
  'view/title': 'toolbar or menu of its view',
  'view/item/context': 'menu of an item of a view',
  'explorer/context': 'Explorer',
  'editor/context': 'menu of the editor',
  'editor/title': 'toolbar of the editor',
  'editor/title/context': 'menu of a tab',
};

/** All commands: their ids, for keybindings, and where they are offered. */
export function commandsTable({ contributes: { commands, menus, keybindings } }: Manifest): string {
  return markdownTable(
    ['command', 'id', 'where', 'key'],
    commands.map(({ command, title }) => [
      title,
      code(command),
      placesOf(command, menus).join(', '),
      keybindings
        .filter((binding) => binding.command === command)
        .map(keyText)
        .join('; '),
    ]),
  );
}

function placesOf(command: string, menus: Readonly<Record<string, readonly MenuItem[]>>): string[] {
  const isHidden = (menus['commandPalette'] ?? []).some((item) => item.command === command && item.when === 'false');
  const others = Object.entries(menus).filter(([menu]) => menu !== 'commandPalette');
  const offered = others.filter(([, items]) => items.some((item) => item.command === command));
  return [...(isHidden ? [] : ['palette']), ...offered.map(([menu]) => places[menu] ?? code(menu))];
}

function keyText({ key, mac, when }: Keybinding): string {
  const keys = mac === undefined ? code(key) : `${code(key)} (macOS: ${code(mac)})`;
  return when === undefined ? keys : `${keys} when ${code(when)}`;
}

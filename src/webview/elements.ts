/**
 * The page's element with that id.
 * @throws Error if it is not there or of another kind.
 */
export function elementById<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} with the id ${id}.`);
  return found;
}

type AttributeName = 'class' | 'title' | 'role' | 'scope' | 'type' | `aria-${string}` | `data-${string}`;

/** Attributes of an element; not `style`, which the page's policy forbids. */
type Attributes = Partial<Record<AttributeName, string | undefined>>;

/** A new element with attributes and children; strings become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

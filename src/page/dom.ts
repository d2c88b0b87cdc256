import { pieces, type TextRange } from './format.js';

type Child = Node | string | null;

/** Creates an element. Strings become text nodes, so data is never parsed as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Creates a fragment of the text with its highlights as mark elements. */
export function highlighted(text: string, highlights: readonly TextRange[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(
    ...pieces(text, highlights).map((piece) => (piece.marked ? element('mark', {}, piece.text) : piece.text)),
  );
  return fragment;
}

/** Returns the element with this id. Throws an error if page and script do not match. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id ${id}.`);
}

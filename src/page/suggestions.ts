import * as api from './api.js';
import { element } from './dom.js';

export interface SuggestionsOptions {
  readonly input: HTMLInputElement;
  readonly list: HTMLElement;
  readonly choose: (suggestion: api.Suggestion) => void;
}

/** Shows completions below the input. Arrow keys select one, Enter accepts it, Escape closes the list. */
export class Suggestions {
  private offered: readonly api.Suggestion[] = [];
  private active = -1;
  private running = new AbortController();

  constructor(private readonly options: SuggestionsOptions) {
    options.input.addEventListener('keydown', (event) => this.onKey(event));
    options.input.addEventListener('blur', () => this.close());
    // Keep the focus in the input, since the list would close before the click otherwise.
    options.list.addEventListener('pointerdown', (event) => event.preventDefault());
  }

  /** Requests completions of the text. A failure shows none, since the search itself reports it. */
  async update(text: string): Promise<void> {
    this.running.abort();
    const { signal } = (this.running = new AbortController());
    const found = text.trim() === '' ? [] : await api.suggest(text, signal).catch(() => []);
    if (signal.aborted || document.activeElement !== this.options.input) return;
    this.offered = found.filter((suggestion) => suggestion.text !== text);
    this.render();
  }

  close(): void {
    this.running.abort();
    this.offered = [];
    this.render();
  }

  private render(): void {
    const { input, list } = this.options;
    this.active = -1;
    list.replaceChildren(...this.offered.map((suggestion, at) => this.option(suggestion, at)));
    list.hidden = this.offered.length === 0;
    input.setAttribute('aria-expanded', String(this.offered.length > 0));
    input.removeAttribute('aria-activedescendant');
  }

  private option(suggestion: api.Suggestion, at: number): HTMLLIElement {
    const option = element('li', { role: 'option', id: `suggestion-${at}`, 'aria-selected': 'false' }, suggestion.text);
    option.addEventListener('click', () => this.take(suggestion));
    return option;
  }

  private take(suggestion: api.Suggestion): void {
    this.close();
    this.options.choose(suggestion);
  }

  private onKey(event: KeyboardEvent): void {
    // Input methods use the same keys during composition.
    if (this.offered.length === 0 || event.isComposing) return;
    if (event.key === 'ArrowDown') this.move(1);
    else if (event.key === 'ArrowUp') this.move(-1);
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && this.active >= 0) {
      const chosen = this.offered[this.active];
      if (chosen !== undefined) this.take(chosen);
    } else return;
    event.preventDefault();
  }

  /** Beyond either end of the list, the input itself is active. */
  private move(step: number): void {
    const { input, list } = this.options;
    const places = this.offered.length + 1;
    this.active = ((this.active + 1 + step + places) % places) - 1;
    [...list.children].forEach((child, at) => {
      child.setAttribute('aria-selected', String(at === this.active));
      if (at === this.active) child.scrollIntoView({ block: 'nearest' });
    });
    if (this.active < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `suggestion-${this.active}`);
  }
}

import type { Matches } from '../profile/layout.ts';
import type { Wanted } from './finding.ts';
import { formatCount, formatShare } from './format.ts';
import { compileSearch, nextMatch } from './search.ts';
import { SearchBar, type SearchText } from './searchBar.ts';
import type { Shown } from './view.ts';
import { t } from './l10n.ts';

/** What searching leads to. */
export interface SearchingListener {
  /** Another text is searched for. */
  onSearch(text: SearchText): void;
  /** That is to stand out now. */
  onWanted(wanted: Wanted | undefined): void;
  onGoTo(node: number): void;
  /** The field was left with Escape. */
  onLeave(): void;
}

/** The search: what is typed, what it finds in what is shown, and the way from match to match. */
export class Searching {
  readonly #bar: SearchBar;
  readonly #listener: SearchingListener;
  #text: SearchText = { search: '', isRegex: false };
  #found: Matches | undefined;
  #at = -1;

  constructor(listener: SearchingListener) {
    this.#listener = listener;
    this.#bar = new SearchBar({
      onChange: (part) => this.#change({ ...this.#text, ...part }),
      onStep: (direction) => this.#step(direction),
      onLeave: () => {
        this.clear();
        listener.onLeave();
      },
    });
  }

  /** Searches what is shown for what is remembered. Something else that stands out stays as long as nothing is searched for. */
  showFor({ search, isRegex }: SearchText, shown: Shown): void {
    this.#text = { search, isRegex };
    this.#at = -1;
    if (search === '') this.#bar.show(this.#text, false);
    else this.#apply();
    if (search === '') this.showFound(undefined, shown);
  }

  /** Searches for nothing, and lets nothing stand out. */
  clear(): void {
    this.#change({ search: '', isRegex: this.#text.isRegex });
  }

  /** Says what stands out. */
  showFound(found: Matches | undefined, { facts, whole }: Pick<Shown, 'facts' | 'whole'>): void {
    this.#found = found;
    if (found === undefined) this.#bar.showFound(this.#reason(), false);
    else if (found.nodes === 0) this.#bar.showFound(t('No match'), false);
    else {
      const matches = found.nodes === 1 ? t('1 match') : t('{0} matches', formatCount(found.nodes));
      this.#bar.showFound(`${matches} · ${t('{0} of {1}', formatShare(found.weight, facts.weight), whole)}`, true);
    }
  }

  #change(text: SearchText): void {
    this.#text = text;
    this.#listener.onSearch(text);
    this.#apply();
  }

  #apply(): void {
    const compiled = compileSearch(this.#text.search, this.#text.isRegex);
    this.#bar.show(this.#text, compiled.kind === 'broken');
    this.#listener.onWanted(compiled.kind === 'query' ? { kind: 'query', query: compiled.query } : undefined);
  }

  /** Why nothing is searched for, where something was typed. */
  #reason(): string {
    const compiled = compileSearch(this.#text.search, this.#text.isRegex);
    return compiled.kind === 'broken' ? t('Not a regular expression: {0}', compiled.reason) : '';
  }

  #step(direction: 'next' | 'previous'): void {
    const node = this.#found && nextMatch(this.#found.isMatch, this.#at, direction);
    if (node === undefined) return;
    this.#at = node;
    this.#listener.onGoTo(node);
  }
}

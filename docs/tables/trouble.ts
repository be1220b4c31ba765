/** What a person needs to know about an error, in Markdown. */
export interface Trouble {
  /** Sentences that are told with it, each as in the source, with `…` for what differs. */
  says: readonly string[];
  why: string;
  /** The way out. */
  help: string;
}

/** One entry for each code of a kind of error: a code without one is a mistake of types. */
export type Troubles<Code extends string> = Readonly<Record<Code, Trouble>>;

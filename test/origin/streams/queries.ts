import type { StreamName } from './catalogue.ts';

/** What the URL of a stream's first playlist needs in its query. */
export const NEEDED_QUERIES: Partial<Record<StreamName, Readonly<Record<string, string>>>> = {
  define: { edition: 'night' },
};

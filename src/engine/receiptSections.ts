import type { DateRangeBook } from './dateRangeBook.ts';
import type { FinishedFile } from './finishing.ts';
import { inspectDateRange } from './inspect.ts';
import type { Variant } from './playlist/model.ts';
import type { OutputFile, Receipt } from './receipt.ts';
import { redactUrl } from './redact.ts';

/** A file as it was written; of which rendition, where it is not the main one. */
export type WrittenFile = OutputFile & Pick<FinishedFile, 'rendition'>;

/** What the receipt says of the chosen variant. Pure. */
export function variantSection(variant: Variant | undefined): Pick<Receipt, 'variant'> {
  if (!variant) return {};
  const { bandwidth, width, height, codecs } = variant;
  return {
    variant: {
      bandwidth,
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(codecs === undefined ? {} : { codecs }),
    },
  };
}

/** What the receipt says of the files, the main one first. Pure. */
export function outputSection(written: readonly WrittenFile[]): Pick<Receipt, 'output' | 'renditions'> {
  const [main, ...others] = written.map(({ rendition, ...output }) => ({ rendition, output }));
  if (!main) return {};
  const renditions = others.map(({ rendition, output }) => ({
    type: rendition?.type === 'SUBTITLES' ? ('SUBTITLES' as const) : ('AUDIO' as const),
    name: rendition?.name ?? '',
    ...(rendition?.language === undefined ? {} : { language: rendition.language }),
    output,
  }));
  return { output: main.output, ...(renditions.length > 0 ? { renditions } : {}) };
}

/** What the receipt says of the date ranges, without secrets. Pure. */
export function dateRangesSection(
  book: Pick<DateRangeBook, 'list' | 'omitted'> | undefined,
): Pick<Receipt, 'dateRanges' | 'dateRangesOmitted'> {
  const ranges = book?.list() ?? [];
  if (book === undefined || ranges.length === 0) return {};
  return {
    dateRanges: ranges.map((range) => inspectDateRange(range, redactUrl)),
    ...(book.omitted === 0 ? {} : { dateRangesOmitted: book.omitted }),
  };
}

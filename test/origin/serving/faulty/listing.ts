/** A playlist in pieces: what stands before the first entry, the entries with their tags, what is behind the last. */
interface Listing {
  head: string[];
  entries: string[][];
  tail: string[];
}

const LIST_TAGS =
  /^#(?:EXTM3U|EXT-X-(?:VERSION|TARGETDURATION|MEDIA-SEQUENCE|PLAYLIST-TYPE|INDEPENDENT-SEGMENTS|MEDIA:))/;
/** Tags that hold for all entries behind them. */
const LASTING = ['#EXT-X-KEY:', '#EXT-X-MAP:'];

function split(text: string): Listing {
  const lines = text.split('\n').filter((line) => line !== '');
  const first = lines.findIndex((line) => !LIST_TAGS.test(line));
  const entries: string[][] = [];
  let entry: string[] = [];
  for (const line of lines.slice(first)) {
    entry.push(line);
    if (line.startsWith('#')) continue;
    entries.push(entry);
    entry = [];
  }
  return { head: lines.slice(0, first), entries, tail: entry };
}

function write({ head, entries, tail }: Listing): string {
  return [...head, ...entries.flat(), ...tail].join('\n') + '\n';
}

/** The tags that the entries leave in force, in their order. */
function lasting(entries: readonly string[][]): string[] {
  const lines = entries.flat();
  const last = LASTING.map((tag) => lines.findLastIndex((line) => line.startsWith(tag)));
  return lines.filter((_, place) => last.includes(place));
}

/** Without its first `count` entries, which a live window has left behind (RFC 8216bis §6.2.2). */
export function moveOn(text: string, count: number): string {
  const { head, entries, tail } = split(text);
  const kept = entries.slice(count);
  const moved = head.map((line) =>
    line.replace(
      /^(#EXT-X-MEDIA-SEQUENCE:)(\d+)/,
      (_, tag: string, first: string) => tag + String(Number(first) + count),
    ),
  );
  return write({ head: [...moved, ...lasting(entries.slice(0, count))], entries: kept, tail });
}

/** Its entries in the opposite order. */
export function reorder(text: string): string {
  const { head, entries, tail } = split(text);
  return write({ head, entries: entries.toReversed(), tail });
}

/** Each fragment said to last twice as long. */
export function lastTwiceAsLong(text: string): string {
  return text.replaceAll(
    /^(#EXTINF:|#EXT-X-TARGETDURATION:)([\d.]+)/gm,
    (_, tag: string, seconds: string) => tag + String(Number(seconds) * 2),
  );
}

/** Without the entry at that place, by default in the middle; what it had put in force stays so. */
export function dropAt(text: string, at?: number): string {
  const { head, entries, tail } = split(text);
  const place = at ?? Math.floor(entries.length / 2);
  const dropped = entries.slice(place, place + 1);
  return write({ head, entries: [...entries.slice(0, place), lasting(dropped), ...entries.slice(place + 1)], tail });
}

/** The last entry once more at that place, by default in the middle. */
export function insertAt(text: string, at?: number): string {
  const { head, entries, tail } = split(text);
  const place = at ?? Math.floor(entries.length / 2);
  const again = (entries.at(-1) ?? []).filter((line) => !line.startsWith('#') || line.startsWith('#EXTINF:'));
  return write({ head, entries: [...entries.slice(0, place), again, ...entries.slice(place)], tail });
}

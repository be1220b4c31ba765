/** How much of an answer is looked at, in UTF-16 units. */
const HEAD = 4096;

/**
 * Says in words what a text is that does not start with `#EXTM3U`: "an HTML page (“403 Forbidden”)", "JSON", "nothing".
 * Quotes no more of it than an HTML page's title: the rest may hold secrets.
 */
export function describeLookalike(text: string): string {
  const head = text.slice(0, HEAD).trimStart();
  if (head === '') return text.trim() === '' ? 'nothing: the answer is empty' : 'text';
  const lower = head.toLowerCase();
  if (
    lower.startsWith('<!doctype html') ||
    lower.startsWith('<html') ||
    (head.startsWith('<') && lower.includes('<head'))
  ) {
    const title = titleOf(head, lower);
    return title === '' ? 'an HTML page' : `an HTML page (“${title}”)`;
  }
  if (head.startsWith('<') && lower.includes('<mpd')) return 'an MPEG-DASH manifest';
  if (head.startsWith('<')) return 'XML';
  if (head.startsWith('{') || head.startsWith('[')) return 'JSON';
  if (head.includes('\0') || head.includes('\uFFFD')) return 'binary data, perhaps the media itself';
  if (head.startsWith('#EXT')) return 'HLS tags without #EXTM3U on the first line';
  return 'text';
}

function titleOf(head: string, lower: string): string {
  const open = lower.indexOf('<title');
  const start = open === -1 ? -1 : lower.indexOf('>', open);
  const end = start === -1 ? -1 : lower.indexOf('<', start);
  if (end === -1) return '';
  // Whatever controls a terminal must not reach one through an error message.
  const title = head
    .slice(start + 1, end)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return title.length > 60 ? `${title.slice(0, 60)}…` : title;
}

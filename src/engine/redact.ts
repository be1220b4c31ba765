/**
 * An absolute URL without its secrets: user name, password, fragment and every query value are replaced by `…`,
 * query names are kept. Text that is no URL is cut at its first `?`.
 */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return url.split(/[?#]/, 1)[0] ?? '';
  const parsed = new URL(url);
  const names = [...parsed.searchParams.keys()];
  const query = names.length === 0 ? '' : `?${names.map((name) => `${encodeURIComponent(name)}=…`).join('&')}`;
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}${query}`;
}

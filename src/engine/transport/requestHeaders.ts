/** What we send ourselves; `identity`, because compressed media gains nothing and hides its length. */
const commonHeaders: Record<string, string> = { 'user-agent': 'Hotframe', 'accept-encoding': 'identity' };

/**
 * Headers of the user that are not passed on: of the connection (RFC 9110 §7.6.1) or settled by us for each request.
 * They come along where somebody copies a request out of a browser.
 */
const settledByUs: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'if-range',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a header of the user is not passed on, because the engine or the connection settles it. */
export function isSettledByEngine(name: string): boolean {
  return settledByUs.has(name.toLowerCase());
}

/** The headers of a request, apart from ranges: ours, those of `user`, and the user name and password of the URL. */
export function requestHeaders(url: URL, user: Readonly<Record<string, string>>): Record<string, string> {
  const authorization = basicAuthorization(url);
  const headers: Record<string, string> = {
    ...commonHeaders,
    ...(authorization === undefined ? {} : { authorization }),
  };
  for (const [name, value] of Object.entries(user)) {
    const key = name.toLowerCase();
    if (!isSettledByEngine(key)) headers[key] = value;
  }
  return headers;
}

/** RFC 7617, in UTF-8. */
function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}`;
}

/** The URL parser leaves a stray `%` as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

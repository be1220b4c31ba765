import type { IncomingHttpHeaders } from 'node:http';
import type { CookieJar } from 'tough-cookie';

/** As long as those that browsers take (RFC 6265 §6.1). */
const maxCookieBytes = 4096;
/** More are not taken from the origins of one download, which may go on for days. */
const maxCookies = 200;

/** The cookies of one download (RFC 6265), from its origins and back to them: in memory, and gone with it. */
export class Cookies {
  #jar: CookieJar | undefined;
  #loading: Promise<void> | undefined;
  /** What came while the jar was being loaded. */
  #early: (() => void)[] = [];
  readonly #known = new Set<string>();

  /** Takes those that an answer from `url` sets. What is wrong with one makes no fault: it is not taken. */
  keep(url: string, headers: IncomingHttpHeaders): void {
    // undici gives a text where Node's own client gives a list of one.
    const lines = [(headers['set-cookie'] as string | string[] | undefined) ?? []].flat();
    if (lines.length === 0) return;
    if (this.#jar) {
      this.#store(this.#jar, url, lines);
      return;
    }
    this.#early.push(() => this.#jar && this.#store(this.#jar, url, lines));
    this.#loading ??= this.#load();
  }

  /** The value of the Cookie header to ask for `url` with. What the user says wins over a cookie of the same name. */
  async header(url: string, user: string | undefined): Promise<string | undefined> {
    await this.#loading;
    const jar = this.#jar;
    if (!jar) return user;
    const names = new Set(namesOf(user ?? ''));
    const cookies = jar.getCookiesSync(url).filter(({ key }) => !names.has(key));
    const pairs = [...(user === undefined ? [] : [user]), ...cookies.map((cookie) => cookie.cookieString())];
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  /** Most origins set none, and the list of public suffixes takes its time. */
  async #load(): Promise<void> {
    const { CookieJar } = await import('tough-cookie');
    this.#jar = new CookieJar(undefined, { allowSecureOnLocal: false });
    for (const store of this.#early.splice(0)) store();
  }

  #store(jar: CookieJar, url: string, lines: readonly string[]): void {
    for (const line of lines) {
      if (line.length > maxCookieBytes) continue;
      const cookie = jar.setCookieSync(line, url, { ignoreError: true });
      if (!cookie) continue;
      const { domain, path, key } = cookie;
      const identity = `${domain ?? ''} ${path ?? ''} ${key}`;
      if (this.#known.has(identity) || this.#known.size < maxCookies) this.#known.add(identity);
      else jar.store.removeCookie(domain, path, key, rethrow);
    }
  }
}

/** The store is in memory: what it reports is a defect. */
function rethrow(error: Error | null): void {
  if (error) throw error;
}

function namesOf(header: string): string[] {
  return header.split(';').map((pair) => (pair.split('=', 1)[0] ?? '').trim());
}

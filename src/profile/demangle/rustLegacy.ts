/** What rustc writes for characters that symbols cannot hold. */
const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/**
 * A name in Rust's first scheme (`_ZN4core3fmt5write17h0123456789abcdefE`) as a path without its hash, or undefined when it is none: only the
 * hash tells it from C++.
 */
export function demangleRustLegacy(symbol: string): string | undefined {
  const body = /^_{0,2}ZN(.*17h[0-9a-f]{16})E(?:\.llvm\.[0-9A-F]+)?$/.exec(symbol)?.[1];
  if (body === undefined) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < body.length;) {
    const digits = /^\d{1,5}/.exec(body.slice(at, at + 5))?.[0];
    if (digits === undefined) return undefined;
    const start = at + digits.length;
    at = start + Number(digits);
    if (at === start || at > body.length) return undefined;
    parts.push(body.slice(start, at));
  }
  return parts.slice(0, -1).map(unescape).join('::');
}

function unescape(part: string): string {
  return part
    .replace(/^_\$/, '$')
    .replaceAll(/\$(?:(SP|BP|RF|LT|GT|LP|RP|C)|u([0-9a-f]{1,6}))\$|\.\./g, (text, name?: string, code?: string) => {
      if (name !== undefined) return ESCAPES[name] ?? text;
      if (code === undefined) return '::';
      const point = Number.parseInt(code, 16);
      return point >= 0x20 && point <= 0x10ffff ? String.fromCodePoint(point) : text;
    });
}

/** Basic types by their letter (rustc's symbol-mangling RFC 2603). */
const BASIC: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

// References back into the symbol can double its text at each level.
const LENGTH_MAX = 4000;
const DEPTH_MAX = 200;

/**
 * A name in Rust's scheme v0 (`_RNvNtCs1234_4core3fmt5write`) as a path without crate hashes, or undefined when it is none, is damaged or would be
 * longer than a name may be.
 */
export function demangleRustV0(symbol: string): string | undefined {
  const body = /^_{0,2}R([A-Z][0-9A-Za-z_]*)(?:\.[\w.$]*)?$/.exec(symbol)?.[1];
  if (body === undefined) return undefined;
  try {
    return new Reader(body).symbol();
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}

class Damaged extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #written = 0;

  constructor(text: string) {
    this.#text = text;
  }

  symbol(): string {
    const path = this.#path(true);
    // What may follow is the crate that instantiated the function.
    if (this.#at < this.#text.length) this.#path(false);
    if (this.#at < this.#text.length) throw new Damaged();
    return path;
  }

  #path(isValue: boolean): string {
    return this.#deeper(() => {
      const tag = this.#next();
      switch (tag) {
        case 'C':
          this.#disambiguator();
          return this.#identifier();
        case 'M':
          this.#implPath();
          return `<${this.#type()}>`;
        case 'X': {
          this.#implPath();
          const type = this.#type();
          return `<${type} as ${this.#path(false)}>`;
        }
        case 'Y': {
          const type = this.#type();
          return `<${type} as ${this.#path(false)}>`;
        }
        case 'N':
          return this.#nested(isValue);
        case 'I': {
          const path = this.#path(isValue);
          const generics = this.#untilEnd(() => this.#generic());
          return `${path}${isValue ? '::' : ''}<${generics.join(', ')}>`;
        }
        case 'B':
          return this.#back(() => this.#path(isValue));
        default:
          throw new Damaged();
      }
    });
  }

  #implPath(): void {
    this.#disambiguator();
    this.#path(false);
  }

  #nested(isValue: boolean): string {
    const namespace = this.#next();
    const path = this.#path(isValue);
    const index = this.#disambiguator();
    const name = this.#identifier();
    if (/[a-z]/.test(namespace)) return name === '' ? path : `${path}::${name}`;
    const kind = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
    return `${path}::{${kind}${name === '' ? '' : `:${name}`}#${index}}`;
  }

  #generic(): string {
    if (this.#take('L')) return this.#lifetime();
    return this.#take('K') ? this.#constant() : this.#type();
  }

  #lifetime(): string {
    return this.#base62() === 0 ? "'_" : "'a";
  }

  #type(): string {
    return this.#deeper(() => {
      const tag = this.#text[this.#at] ?? '';
      const basic = BASIC[tag];
      if (basic !== undefined) {
        this.#at++;
        return basic;
      }
      if (/[CMXYNI]/.test(tag)) return this.#path(false);
      this.#at++;
      return this.#compound(tag);
    });
  }

  #compound(tag: string): string {
    switch (tag) {
      case 'A': {
        const item = this.#type();
        return `[${item}; ${this.#constant()}]`;
      }
      case 'S':
        return `[${this.#type()}]`;
      case 'T': {
        const items = this.#untilEnd(() => this.#type());
        return items.length === 1 ? `(${items[0] ?? ''},)` : `(${items.join(', ')})`;
      }
      case 'R':
      case 'Q':
        if (this.#take('L')) this.#lifetime();
        return `&${tag === 'Q' ? 'mut ' : ''}${this.#type()}`;
      case 'P':
        return `*const ${this.#type()}`;
      case 'O':
        return `*mut ${this.#type()}`;
      case 'F':
        return this.#functionType();
      case 'D':
        return this.#dynamicType();
      case 'B':
        return this.#back(() => this.#type());
      default:
        throw new Damaged();
    }
  }

  #functionType(): string {
    this.#binder();
    const unsafe = this.#take('U') ? 'unsafe ' : '';
    let abi = '';
    if (this.#take('K')) abi = this.#take('C') ? 'extern "C" ' : `extern "${this.#identifier().replaceAll('_', '-')}" `;
    const parameters = this.#untilEnd(() => this.#type());
    const result = this.#type();
    return `${unsafe}${abi}fn(${parameters.join(', ')})${result === '()' ? '' : ` -> ${result}`}`;
  }

  #dynamicType(): string {
    this.#binder();
    const traits = this.#untilEnd(() => {
      let text = this.#path(false);
      while (this.#take('p')) {
        const bound = `${this.#identifier()} = ${this.#type()}`;
        text = text.endsWith('>') ? `${text.slice(0, -1)}, ${bound}>` : `${text}<${bound}>`;
      }
      return text;
    });
    if (!this.#take('L')) throw new Damaged();
    this.#lifetime();
    return `dyn ${traits.join(' + ')}`;
  }

  #constant(): string {
    if (this.#take('p')) return '_';
    if (this.#take('B')) return this.#back(() => this.#constant());
    const type = this.#next();
    const digits = /^n?[0-9a-f]*_/.exec(this.#text.slice(this.#at))?.[0];
    if (BASIC[type] === undefined || digits === undefined) throw new Damaged();
    this.#at += digits.length;
    const hex = digits.replace(/^n/, '').slice(0, -1);
    const value = BigInt(`0x${hex === '' ? '0' : hex}`);
    if (type === 'b') return value === 0n ? 'false' : 'true';
    if (type === 'c') return value <= 0x10ffffn ? `'${String.fromCodePoint(Number(value))}'` : '_';
    return `${digits.startsWith('n') ? '-' : ''}${value}`;
  }

  #binder(): void {
    if (this.#take('G')) this.#base62();
  }

  #disambiguator(): number {
    return this.#take('s') ? this.#base62() + 1 : 0;
  }

  /** 0 is `_`, 1 is `0_`, and so on. */
  #base62(): number {
    const digits = /^[0-9a-zA-Z]{0,20}_/.exec(this.#text.slice(this.#at, this.#at + 21))?.[0];
    if (digits === undefined) throw new Damaged();
    this.#at += digits.length;
    if (digits === '_') return 0;
    let value = 0;
    for (const digit of digits.slice(0, -1)) {
      const code = digit.charCodeAt(0);
      value = value * 62 + (code < 58 ? code - 48 : code > 96 ? code - 87 : code - 29);
    }
    return value + 1;
  }

  #identifier(): string {
    const isPunycode = this.#take('u');
    const digits = /^(?:0|[1-9]\d{0,4})/.exec(this.#text.slice(this.#at, this.#at + 5))?.[0];
    if (digits === undefined) throw new Damaged();
    this.#at += digits.length;
    this.#take('_');
    const name = this.#text.slice(this.#at, this.#at + Number(digits));
    if (name.length < Number(digits)) throw new Damaged();
    this.#at += name.length;
    // A name that is not ASCII is rare enough to stay as it is encoded.
    return this.#counted(isPunycode ? `punycode{${name}}` : name);
  }

  /** Reads again what stands at a place before this one, and comes back. */
  #back(read: () => string): string {
    const here = this.#at - 1;
    const place = this.#base62();
    if (place >= here) throw new Damaged();
    const next = this.#at;
    this.#at = place;
    const text = read();
    this.#at = next;
    return text;
  }

  #untilEnd(read: () => string): string[] {
    const items: string[] = [];
    while (!this.#take('E')) items.push(read());
    return items;
  }

  #deeper(read: () => string): string {
    if (++this.#depth > DEPTH_MAX) throw new Damaged();
    const text = this.#counted(read());
    this.#depth--;
    return text;
  }

  #counted(text: string): string {
    this.#written += 1;
    if (text.length > LENGTH_MAX || this.#written > LENGTH_MAX) throw new Damaged();
    return text;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw new Damaged();
    this.#at++;
    return char;
  }
}

const BUILTIN: Readonly<Record<string, string>> = {
  v: 'void',
  w: 'wchar_t',
  b: 'bool',
  c: 'char',
  a: 'signed char',
  h: 'unsigned char',
  s: 'short',
  t: 'unsigned short',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  x: 'long long',
  y: 'unsigned long long',
  n: '__int128',
  o: 'unsigned __int128',
  f: 'float',
  d: 'double',
  e: 'long double',
  g: '__float128',
  z: '...',
  Di: 'char32_t',
  Ds: 'char16_t',
  Du: 'char8_t',
  Da: 'auto',
  Dn: 'decltype(nullptr)',
};

const STANDARD: Readonly<Record<string, string>> = {
  t: 'std',
  a: 'std::allocator',
  b: 'std::basic_string',
  s: 'std::string',
  i: 'std::istream',
  o: 'std::ostream',
  d: 'std::iostream',
};

const OPERATORS: Readonly<Record<string, string>> = {
  nw: ' new',
  na: ' new[]',
  dl: ' delete',
  da: ' delete[]',
  ps: '+',
  ng: '-',
  ad: '&',
  de: '*',
  co: '~',
  pl: '+',
  mi: '-',
  ml: '*',
  dv: '/',
  rm: '%',
  an: '&',
  or: '|',
  eo: '^',
  aS: '=',
  pL: '+=',
  mI: '-=',
  ls: '<<',
  rs: '>>',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
  ss: '<=>',
  nt: '!',
  aa: '&&',
  oo: '||',
  pp: '++',
  mm: '--',
  cm: ',',
  pm: '->*',
  pt: '->',
  cl: '()',
  ix: '[]',
};

// Substitutions can double a name at each level.
const LENGTH_MAX = 4000;
const DEPTH_MAX = 100;

/**
 * A C++ name of the Itanium ABI (`_ZN2v88internal4Heap6AllocEv`), with its parameters: names, nesting, templates of types and numbers, constructors, operators,
 * pointers, references and functions as types. Undefined for what is outside of that, such as expressions in templates.
 */
export function demangleCpp(symbol: string): string | undefined {
  const match = /^_{1,3}Z([0-9A-Za-z_]+)((?:\.\w+)*)(@.*)?$/.exec(symbol);
  if (match?.[1] === undefined) return undefined;
  try {
    return new Reader(match[1]).symbol();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class NotUnderstood extends Error {}

interface Name {
  text: string;
  /** Ends in template arguments: then a function's result is mangled before its parameters. */
  isTemplate: boolean;
  /** Constructors, destructors and conversions have no result. */
  hasNoResult: boolean;
}

class Reader {
  readonly #text: string;
  readonly #substitutions: string[] = [];
  #templateArguments: string[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  symbol(): string {
    const special = this.#special();
    const text = special ?? this.#encoding();
    if (this.#at < this.#text.length) throw new NotUnderstood();
    return text;
  }

  #special(): string | undefined {
    for (const [code, words] of [
      ['TV', 'vtable for '],
      ['TI', 'typeinfo for '],
      ['TS', 'typeinfo name for '],
      ['TT', 'VTT for '],
    ] as const) {
      if (this.#take(code)) return words + this.#type();
    }
    if (this.#take('GV')) return `guard variable for ${this.#name().text}`;
    if (this.#take('Th')) {
      this.#pattern(/^n?\d+_/);
      return `non-virtual thunk to ${this.#encoding()}`;
    }
    return undefined;
  }

  #encoding(): string {
    const name = this.#name();
    if (this.#at >= this.#text.length || this.#text[this.#at] === 'E') return name.text;
    if (name.isTemplate && !name.hasNoResult) this.#type();
    const parameters: string[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== 'E') parameters.push(this.#type());
    const list = parameters.length === 1 && parameters[0] === 'void' ? '' : parameters.join(', ');
    // A method's qualifiers follow its parameters.
    const [text, qualifiers = ''] = name.text.split('\n');
    return this.#bounded(`${text ?? ''}(${list})${qualifiers}`);
  }

  #name(): Name {
    if (this.#take('N')) return this.#nested();
    if (this.#take('Z')) return this.#local();
    if (this.#text.startsWith('St', this.#at) && !this.#text.startsWith('StE', this.#at)) {
      this.#at += 2;
      const text = `std::${this.#unqualified('std').text}`;
      return this.#maybeTemplate(text, true);
    }
    if (this.#text[this.#at] === 'S') return this.#maybeTemplate(this.#substitution(), false);
    const { text, hasNoResult } = this.#unqualified('');
    return { ...this.#maybeTemplate(text, true), hasNoResult };
  }

  #maybeTemplate(text: string, isNew: boolean): Name {
    if (this.#text[this.#at] !== 'I') return { text, isTemplate: false, hasNoResult: false };
    if (isNew) this.#substitutions.push(text);
    return { text: this.#bounded(text + this.#arguments()), isTemplate: true, hasNoResult: false };
  }

  #nested(): Name {
    let qualifiers = '';
    const codes = /^[rVK]*[RO]?/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += codes.length;
    if (codes.includes('K')) qualifiers += ' const';
    if (codes.includes('V')) qualifiers += ' volatile';
    if (codes.includes('R')) qualifiers += ' &';
    if (codes.includes('O')) qualifiers += ' &&';
    let text = '';
    let isTemplate = false;
    let hasNoResult = false;
    while (!this.#take('E')) {
      const char = this.#text[this.#at];
      if (char === 'S' && this.#text[this.#at + 1] !== 't') {
        text = this.#substitution();
        isTemplate = false;
        continue;
      }
      if (char === 'S') {
        this.#at += 2;
        text = 'std';
        continue;
      }
      if (char === 'I') {
        text += this.#arguments();
        isTemplate = true;
      } else if (char === 'T') {
        text = this.#parameter();
      } else {
        const part = this.#unqualified(text);
        text = text === '' ? part.text : `${text}::${part.text}`;
        hasNoResult = part.hasNoResult;
        isTemplate = false;
      }
      if (this.#text[this.#at] !== 'E') this.#substitutions.push(this.#bounded(text));
    }
    if (text === '') throw new NotUnderstood();
    return { text: qualifiers === '' ? text : `${text}\n${qualifiers}`, isTemplate, hasNoResult };
  }

  #local(): Name {
    const outer = this.#encoding();
    this.#expect('E');
    if (this.#take('s')) return { text: `${outer}::string literal`, isTemplate: false, hasNoResult: true };
    const inner = this.#name();
    this.#pattern(/^(?:_\d|__\d+_)?/);
    return { ...inner, text: this.#bounded(`${outer}::${inner.text}`) };
  }

  #unqualified(scope: string): { text: string; hasNoResult: boolean } {
    this.#take('L');
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (/^\d/.test(rest)) return { text: this.#tagged(this.#identifier()), hasNoResult: false };
    if (/^[CD][0-5]$/.test(rest)) {
      this.#at += 2;
      const own = lastName(scope);
      return { text: rest.startsWith('D') ? `~${own}` : own, hasNoResult: true };
    }
    if (rest === 'cv') {
      this.#at += 2;
      return { text: `operator ${this.#type()}`, hasNoResult: true };
    }
    if (rest === 'Ul') {
      this.#at += 2;
      const parameters: string[] = [];
      while (!this.#take('E')) parameters.push(this.#type());
      const number = Number(this.#pattern(/^\d*_/).slice(0, -1) || '-1') + 2;
      const list = parameters.length === 1 && parameters[0] === 'void' ? '' : parameters.join(', ');
      return { text: `{lambda(${list})#${number}}`, hasNoResult: false };
    }
    if (rest === 'Ut') {
      this.#at += 2;
      return { text: `{unnamed type#${Number(this.#pattern(/^\d*_/).slice(0, -1) || '-1') + 2}}`, hasNoResult: false };
    }
    const operator = OPERATORS[rest];
    if (operator === undefined) throw new NotUnderstood();
    this.#at += 2;
    return { text: `operator${operator}`, hasNoResult: false };
  }

  #tagged(text: string): string {
    let tagged = text;
    while (this.#take('B')) tagged += `[abi:${this.#identifier()}]`;
    return tagged;
  }

  #identifier(): string {
    const length = Number(this.#pattern(/^[1-9]\d{0,4}/));
    const name = this.#text.slice(this.#at, this.#at + length);
    if (name.length < length) throw new NotUnderstood();
    this.#at += length;
    return name.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : name;
  }

  #substitution(): string {
    this.#expect('S');
    const standard = STANDARD[this.#text[this.#at] ?? ''];
    if (standard !== undefined) {
      this.#at++;
      return standard;
    }
    const place = this.#pattern(/^[0-9A-Z]*_/).slice(0, -1);
    const found = this.#substitutions[place === '' ? 0 : Number.parseInt(place, 36) + 1];
    if (found === undefined) throw new NotUnderstood();
    return found;
  }

  #parameter(): string {
    this.#expect('T');
    const place = this.#pattern(/^\d*_/).slice(0, -1);
    const found = this.#templateArguments[place === '' ? 0 : Number(place) + 1];
    if (found === undefined) throw new NotUnderstood();
    return found;
  }

  #arguments(): string {
    this.#expect('I');
    const list: string[] = [];
    while (!this.#take('E')) list.push(...this.#argument());
    this.#templateArguments = list;
    const text = list.join(', ');
    return `<${text}${text.endsWith('>') ? ' ' : ''}>`;
  }

  #argument(): string[] {
    if (this.#take('J')) {
      const pack: string[] = [];
      while (!this.#take('E')) pack.push(...this.#argument());
      return pack;
    }
    if (!this.#take('L')) return [this.#type()];
    if (this.#take('_Z')) {
      const text = this.#encoding();
      this.#expect('E');
      return [text];
    }
    const type = this.#type();
    const value = this.#pattern(/^n?\d*/).replace('n', '-');
    this.#expect('E');
    if (type === 'bool') return [value === '1' ? 'true' : 'false'];
    if (type === 'int') return [value];
    const suffix = { 'unsigned int': 'u', long: 'l', 'unsigned long': 'ul' }[type];
    return [suffix === undefined ? `(${type})${value}` : value + suffix];
  }

  #type(): string {
    if (++this.#depth > DEPTH_MAX) throw new NotUnderstood();
    const text = this.#bounded(this.#readType());
    this.#depth--;
    return text;
  }

  #readType(): string {
    const two = this.#text.slice(this.#at, this.#at + 2);
    const char = two[0] ?? '';
    const builtin = BUILTIN[two] ?? BUILTIN[char];
    if (builtin !== undefined) {
      this.#at += BUILTIN[two] === undefined ? 1 : 2;
      return builtin;
    }
    if (two === 'Dp') {
      this.#at += 2;
      return this.#remember(this.#type());
    }
    if (/[PROKV]/.test(char)) return this.#qualified(char);
    if (char === 'F') return this.#remember(this.#functionType(''));
    if (char === 'A') {
      this.#at++;
      const size = this.#pattern(/^\d*_/).slice(0, -1);
      return this.#remember(`${this.#type()} [${size}]`);
    }
    if (char === 'T') {
      const parameter = this.#remember(this.#parameter());
      return this.#text[this.#at] === 'I' ? this.#remember(parameter + this.#kept(() => this.#arguments())) : parameter;
    }
    if (char === 'S' && two !== 'St') {
      const known = this.#substitution();
      return this.#text[this.#at] === 'I' ? this.#remember(known + this.#kept(() => this.#arguments())) : known;
    }
    if (char === 'N' || char === 'Z' || two === 'St' || /\d/.test(char)) {
      return this.#remember(this.#kept(() => this.#name().text.replace('\n', '')));
    }
    throw new NotUnderstood();
  }

  #qualified(char: string): string {
    this.#at++;
    if (this.#text[this.#at] === 'F') {
      const type = this.#functionType({ P: '*', R: '&', O: '&&' }[char] ?? '');
      this.#substitutions.push(type.replace(/\((?:\*|&&?)\)/, ''));
      return this.#remember(type);
    }
    const inner = this.#type();
    const suffix = { P: '*', R: '&', O: '&&', K: ' const', V: ' volatile' }[char] ?? '';
    if (/^&/.test(suffix) && inner.endsWith('&'))
      return this.#remember(inner.endsWith('&&') && char === 'R' ? inner.slice(0, -1) : inner);
    return this.#remember(inner + suffix);
  }

  #functionType(pointer: string): string {
    this.#expect('F');
    this.#take('Y');
    const result = this.#type();
    const parameters: string[] = [];
    while (!this.#take('E')) parameters.push(this.#type());
    const list = parameters.length === 1 && parameters[0] === 'void' ? '' : parameters.join(', ');
    return `${result} ${pointer === '' ? '' : `(${pointer})`}(${list})`;
  }

  /** Template arguments inside of a type are not those that the function's `T_` mean. */
  #kept(read: () => string): string {
    const before = this.#templateArguments;
    const text = read();
    this.#templateArguments = before;
    return text;
  }

  #remember(text: string): string {
    this.#substitutions.push(text);
    return text;
  }

  #bounded(text: string): string {
    if (text.length > LENGTH_MAX || this.#substitutions.length > LENGTH_MAX) throw new NotUnderstood();
    return text;
  }

  #pattern(match: RegExp): string {
    const text = match.exec(this.#text.slice(this.#at))?.[0];
    if (text === undefined) throw new NotUnderstood();
    this.#at += text.length;
    return text;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new NotUnderstood();
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

/** `a::B<int>` → `B`: what its constructor is called. */
function lastName(scope: string): string {
  let depth = 0;
  let end = scope.length;
  for (let at = scope.length - 1; at >= 0; at--) {
    const char = scope[at];
    if (char === '>') depth++;
    else if (char === '<') {
      depth--;
      if (depth === 0) end = at;
    } else if (depth === 0 && char === ':' && scope[at - 1] === ':') return scope.slice(at + 1, end);
  }
  return scope.slice(0, end);
}

interface Bounds {
  least: number;
  most: number;
  isWhole?: boolean;
  /** Where the field is left out. */
  usual?: number;
}

/**
 * Reads the fields of one object of a JSON file. What is wrong is told in `problems`, by its path and in words, and read as undefined;
 * so one reading finds all that is wrong.
 */
export class FieldReader {
  readonly #path: string;
  readonly #problems: string[];
  readonly #fields: Record<string, unknown>;
  readonly #known = new Set<string>();

  constructor(value: unknown, path: string, problems: string[]) {
    this.#path = path;
    this.#problems = problems;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#fields = isObject ? (value as Record<string, unknown>) : {};
    if (!isObject) this.blame('', 'is no object');
  }

  /** Tells what is wrong with a field, or with the object itself where `name` is empty. */
  blame(name: string, what: string): void {
    const path = [this.#path, name].filter((part) => part !== '').join('.');
    this.#problems.push(path === '' ? `it ${what}` : `"${path}" ${what}`);
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  is(name: string, value: string): boolean {
    return this.#get(name) === value;
  }

  /** Lets a field be, whatever it holds. */
  ignore(name: string): void {
    this.#known.add(name);
  }

  /** Tells of all fields that nothing above asked for. */
  refuseOthers(): void {
    for (const name of Object.keys(this.#fields)) {
      if (!this.#known.has(name)) this.blame(name, `is unknown; there are ${[...this.#known].join(', ')}`);
    }
  }

  text(name: string, { most }: { most: number }): string | undefined {
    const value = this.#get(name);
    if (typeof value !== 'string' || value.trim() === '') {
      this.blame(name, value === undefined ? 'is missing' : 'is no text');
      return undefined;
    }
    if (value.length <= most) return value;
    this.blame(name, `is longer than ${most} characters`);
    return undefined;
  }

  /** An array of texts with at least one; undefined where it is left out. */
  texts(name: string): string[] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) return value;
    this.blame(name, 'is no array of texts');
    return undefined;
  }

  number(name: string, bounds: Bounds, { isOptional = false } = {}): number | undefined {
    const value = this.#get(name);
    if (value === undefined) {
      if (bounds.usual === undefined && !isOptional) this.blame(name, 'is missing');
      return bounds.usual;
    }
    if (isWithin(value, bounds)) return value;
    this.blame(name, `is no ${describe(bounds)}`);
    return undefined;
  }

  /** Two numbers, the smaller first; undefined where it is left out. */
  pair(name: string, bounds: Bounds): readonly [number, number] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.length === 2) {
      const [least, most] = value as [unknown, unknown];
      if (isWithin(least, bounds) && isWithin(most, bounds) && least <= most) return [least, most];
    }
    this.blame(name, `is no array of two, the smaller first, each a ${describe(bounds)}`);
    return undefined;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[], usual?: NoInfer<Choice>): Choice | undefined {
    const value = this.#get(name);
    if (value === undefined && usual !== undefined) return usual;
    const found = choices.find((choice) => choice === value);
    const what = value === undefined ? 'is missing; it is one of' : 'is none of';
    if (found === undefined) this.blame(name, `${what} ${choices.join(', ')}`);
    return found;
  }

  choices<Choice extends string>(
    name: string,
    choices: readonly NoInfer<Choice>[],
    usual: readonly Choice[],
  ): readonly Choice[] | undefined {
    const value = this.texts(name);
    if (value === undefined) return this.has(name) ? undefined : usual;
    const found = choices.filter((choice) => value.includes(choice));
    const unknown = value.find((item) => !choices.some((choice) => choice === item));
    if (unknown === undefined) return found;
    this.blame(name, `has "${unknown}", which is none of ${choices.join(', ')}`);
    return undefined;
  }

  object(name: string): FieldReader | undefined {
    if (!this.has(name)) this.blame(name, 'is missing');
    return this.optional(name);
  }

  optional(name: string): FieldReader | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    return new FieldReader(value, [this.#path, name].filter((part) => part !== '').join('.'), this.#problems);
  }

  #get(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }
}

function isWithin(value: unknown, { least, most, isWhole = false }: Bounds): value is number {
  return typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
}

function describe({ least, most, isWhole = false }: Bounds): string {
  return `${isWhole ? 'whole number' : 'number'} from ${least} to ${most}`;
}

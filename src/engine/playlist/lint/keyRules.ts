import { nameKeySystem } from '../drm.ts';
import { IDENTITY } from '../keys.ts';
import type { TagLine } from '../lines.ts';
import { KEY_METHOD } from './attributeTypes.ts';
import type { Report, Rule, Written } from './rule.ts';
import { plainValue } from './rule.ts';

/** EXT-X-KEY and EXT-X-SESSION-KEY (RFC 8216bis §4.4.4.4, §4.4.6.5). */
export class KeyRules implements Rule {
  readonly #report: Report;
  readonly #sessionKeys = new Set<string>();
  readonly checks = {
    'EXT-X-KEY': (tag: TagLine, attributes: Written): void => {
      this.#key(tag, attributes);
    },
    'EXT-X-SESSION-KEY': (tag: TagLine, attributes: Written): void => {
      this.#key(tag, attributes);
      this.#sessionKey(tag, attributes);
    },
  };

  constructor(report: Report) {
    this.#report = report;
  }

  #key(tag: TagLine, attributes: Written): void {
    const method = attributes.get('METHOD');
    if (method?.value === 'NONE') {
      this.#none(tag, attributes);
      return;
    }
    if (method !== undefined && KEY_METHOD.values?.includes(method.value) !== true) {
      const message = `No key method of the RFC is called ${method.value.slice(0, 40)}.`;
      this.#report('warning', 'unknown-key-method', message, method);
    }
    if (!attributes.has('URI')) this.#report('error', 'missing-attribute', `#${tag.name} has no URI.`, tag);
    const iv = plainValue(attributes, 'IV');
    if (iv !== undefined && !/^0[xX][\dA-Fa-f]{32}$/.test(iv)) {
      const message = 'The IV is not a number of 128 bits: 0x and 32 hexadecimal digits.';
      this.#report('error', 'bad-iv', message, attributes.get('IV') ?? tag);
    }
    this.#format(attributes);
  }

  #format(attributes: Written): void {
    const format = attributes.get('KEYFORMAT');
    if (format === undefined || format.value === IDENTITY || format.value === '') return;
    this.#report('warning', 'drm-key-format', `The key belongs to ${nameKeySystem(format.value)}.`, format);
  }

  #none(tag: TagLine, attributes: Written): void {
    const other = [...attributes.values()].find(({ name }) => name !== 'METHOD');
    if (other === undefined || tag.name !== 'EXT-X-KEY') return;
    const message = `With METHOD=NONE no other attribute may stand.`;
    this.#report('error', 'key-none-with-attributes', message, { line: other.line, column: other.nameColumn });
  }

  #sessionKey(tag: TagLine, attributes: Written): void {
    const method = attributes.get('METHOD');
    if (method?.value === 'NONE') {
      this.#report('error', 'session-key-none', 'A session key of METHOD=NONE is none.', method);
      return;
    }
    const names = ['METHOD', 'URI', 'IV', 'KEYFORMAT', 'KEYFORMATVERSIONS'];
    const identity = JSON.stringify(names.map((name) => attributes.get(name)?.value));
    if (this.#sessionKeys.has(identity)) {
      this.#report('error', 'duplicate-session-key', 'The same session key stands above.', tag);
    }
    this.#sessionKeys.add(identity);
  }
}

/** Texts in the person's language, by the English ones. */
export type Texts = Readonly<Record<string, string>>;

let texts: Texts | undefined;

/**
 * A text in the person's language, its `{0}`, `{1}`, … replaced by the values; English where there is no other. The English one is
 * a literal: translators find it by that.
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  texts ??= readTexts();
  const translated = texts[text] ?? text;
  return translated.replaceAll(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** The host writes them into the page; outside of one everything is English. */
function readTexts(): Texts {
  const { document } = globalThis as { document?: { body: { dataset: Partial<Record<string, string>> } } };
  const json = document?.body.dataset['texts'];
  return json === undefined ? {} : (JSON.parse(json) as Texts);
}

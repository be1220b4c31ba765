// `npm run docs`: writes what the pages of docs/ say of the source anew.
import { writeFileSync } from 'node:fs';
import { writtenPages } from './pages.ts';

for (const { path, text, rewritten } of await writtenPages()) {
  if (rewritten === text) continue;
  writeFileSync(new URL(`../../${path}`, import.meta.url), rewritten);
  console.log(`${path} is written anew.`);
}

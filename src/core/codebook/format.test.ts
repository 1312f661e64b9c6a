import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { codebookId } from './codebook-id.ts';
import { parseCodebook } from './parse-codebook.ts';

it('the example of FORMAT.md is a codebook with the identity that it states', () => {
  const page = readFileSync(new URL('./FORMAT.md', import.meta.url), 'utf8');
  const example = /```json\n([\s\S]*?)```/.exec(page)![1]!;
  const codebook = parseCodebook(example);
  if (!codebook.ok) throw new Error(JSON.stringify(codebook.failure));
  expect(page).toContain(`Its identity is \`${codebookId(codebook.value)}\`.`);
});

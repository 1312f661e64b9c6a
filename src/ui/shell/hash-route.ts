import { type PageName, SIDE_PAGES, STEPS } from '../../session/steps.ts';

const PAGES: readonly string[] = [...STEPS, ...SIDE_PAGES];

/** `#/data` to `data`; null for anything that is no page. */
export function pageFromHash(hash: string): PageName | null {
  const name = hash.replace(/^#\/?/, '');
  return PAGES.includes(name) ? (name as PageName) : null;
}

export function hashOf(page: PageName): string {
  return `#/${page}`;
}

import type { ProjectHead, TableSource } from '../../session/records.ts';

export const PROJECTS_PURPOSE =
  'One project is one question asked of one table, with its own codebook, settings and bundles.';

export const PROJECTS_STAYS =
  'Projects are kept in this browser only. Rows are not kept with them: after a reload you open the file again, by one click where the browser remembers its place.';

export const PROJECTS_DETAILS: readonly string[] = [
  'Open, rename, copy or delete them as you like. The ledger is one for all projects: what was spent on people’s privacy stays spent, so deleting a project takes its bundles away and leaves its releases in the ledger.',
  'A copy starts with the same codebook, settings and bundles and goes its own way from there. A model that was trained on the same table can be shared from the copy too; training again spends again.',
];

export const ONLY_PROJECT = 'This is the only project. It appears here as soon as you enter something.';

/** A project’s name, or what else it is known by. */
export function projectTitle({
  name,
  source,
}: Pick<ProjectHead, 'name'> & { source: TableSource | null }): string {
  return name.trim() !== '' ? name : (source?.label ?? 'New project');
}

export function copyName(title: string): string {
  return `${title} (copy)`;
}

/** The line of steps that the rail shows, in order. */
export const STEPS = ['data', 'codebook', 'privacy', 'train', 'check', 'share', 'peers', 'analyse'] as const;
export type StepName = (typeof STEPS)[number];
/** Pages outside the line of steps: always open, in the order of the rail. */
export const SIDE_PAGES = ['projects', 'tour', 'study', 'ledger', 'about'] as const;
export type SidePageName = (typeof SIDE_PAGES)[number];
export type PageName = StepName | SidePageName;

export function isStep(page: PageName): page is StepName {
  return (STEPS as readonly string[]).includes(page);
}

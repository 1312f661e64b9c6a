/** The line of steps that the rail shows, in order. */
export const STEPS = ['data', 'codebook', 'privacy', 'train', 'share', 'peers', 'analyse'] as const;
export type StepName = (typeof STEPS)[number];
/** Pages outside the line of steps. */
export type PageName = StepName | 'ledger' | 'about';

/** Orange is local only, blue is pooled, dashed ink is the ideal or the line of no difference; in both colour schemes. */
export interface PlotColours {
  readonly local: string;
  readonly pooled: string;
  readonly other: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly ground: string;
}

export const PLOT_COLOURS: Readonly<Record<'light' | 'dark', PlotColours>> = {
  light: {
    local: '#b85600',
    pooled: '#1f5fa8',
    other: '#6b7480',
    ink: '#1b2126',
    muted: '#505a66',
    line: '#dde3e9',
    ground: '#ffffff',
  },
  dark: {
    local: '#f0a04b',
    pooled: '#7db2f0',
    other: '#97a1ad',
    ink: '#e6eaee',
    muted: '#a7b1bc',
    line: '#313a44',
    ground: '#14181d',
  },
};

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Blue: the accent of the page, and everywhere "pooled". */
const pooled: MantineColorsTuple = [
  '#eef4fb',
  '#d9e6f4',
  '#b1cbe8',
  '#86aedc',
  '#6ba0e0',
  '#4a84cb',
  '#3273bd',
  '#1f5fa8',
  '#194f8e',
  '#123f75',
];

/** Orange: everywhere "local only", and what stays in this browser. */
const local: MantineColorsTuple = [
  '#fff5ea',
  '#fde7d0',
  '#f8cd9f',
  '#f3b06a',
  '#efa04c',
  '#df8021',
  '#cb6a0c',
  '#b85600',
  '#974700',
  '#733600',
];

/** Cool greys for the dark scheme, in place of the library's warm ones. */
const dark: MantineColorsTuple = [
  '#e6eaee',
  '#c5cdd5',
  '#a7b1bc',
  '#7d8894',
  '#4a545f',
  '#333d47',
  '#222a32',
  '#161b21',
  '#12161b',
  '#0e1115',
];

export const theme = createTheme({
  primaryColor: 'pooled',
  primaryShade: { light: 7, dark: 6 },
  colors: { pooled, local, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '620' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
});

/** Mantine's own muted and error tones miss a contrast of 4.5 on white; these do not. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#505a66',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-error': '#b3261e',
    '--tp-ground': '#ffffff',
    '--tp-rail': '#f6f8fa',
    '--tp-line': '#dde3e9',
    '--tp-card': '#ffffff',
    '--tp-stays': '#fdf6ec',
    '--tp-stays-line': '#eddcc2',
    '--tp-stays-ink': '#6b4208',
    '--tp-local': '#b85600',
    '--tp-pooled': '#1f5fa8',
    '--tp-good': '#1d6b45',
  },
  dark: {
    '--mantine-color-body': '#14181d',
    '--mantine-color-text': '#e6eaee',
    '--mantine-color-dimmed': '#a7b1bc',
    '--mantine-color-placeholder': '#8b95a1',
    '--mantine-color-error': '#ff9a90',
    '--tp-ground': '#14181d',
    '--tp-rail': '#191e24',
    '--tp-line': '#313a44',
    '--tp-card': '#1a2027',
    '--tp-stays': '#2a2317',
    '--tp-stays-line': '#4d3f26',
    '--tp-stays-ink': '#f0cd97',
    '--tp-local': '#f0a04b',
    '--tp-pooled': '#7db2f0',
    '--tp-good': '#7fd0a3',
  },
});

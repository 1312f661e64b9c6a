import type { DirectionCost, ErrorTerm } from '../../core/privacy/mechanism.ts';

const ERROR_TERMS: Readonly<Record<ErrorTerm['kind'], string>> = {
  mesh: 'Losses put on a grid, always so that the plan looks less private',
  truncation: 'Losses beyond the grid, counted as failures of the promise',
  window: 'Losses above the range of the calculation',
  'transform-rounding': 'Rounding in the Fourier transforms',
  'mass-rounding': 'Rounding of one step’s probabilities, times the steps',
  'grid-rounding': 'Rounding of the grid’s places',
  'closed-form-rounding': 'Rounding of the formula',
  chernoff: 'A coarser bound, used alone because no grid was fine enough',
  'total-variation': 'All steps together are too little to tell two tables apart at this δ',
  'contour-error': 'Error of the value itself; it lowers the lower bound',
};

/** A part of the distance between value and bounds, in plain words. */
export function errorTermWords(kind: ErrorTerm['kind']): string {
  return ERROR_TERMS[kind];
}

const METHODS: Readonly<Record<DirectionCost['method'], string>> = {
  'closed-form': 'A formula gives the value; its rounding makes the bounds.',
  'contour-and-grid':
    'Two calculations that share nearly nothing: an integral gives the value, and a grid of losses, rounded so that it can only overstate, gives the upper bound.',
  grid: 'Two grids of losses give the bounds: one can only overstate, the other only understate.',
  'total-variation': 'The loss of all steps together is so small that ε\u00a0=\u00a00 is proved.',
};

/** How a number came about, in a sentence. */
export function methodWords(method: DirectionCost['method']): string {
  return METHODS[method];
}

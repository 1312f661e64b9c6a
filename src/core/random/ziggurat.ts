/** Where the tail begins, before it is rounded to the grid of the edges: so that 256 layers close just above the top. */
const TAIL_START = 3.6717226732;
export const LAYERS = 256;
/** Edges are multiples of 2^-40. */
export const EDGE_BITS = 40;
/** Bits of the place in a layer that a draw begins with; eight choose the layer and one the sign. */
export const PLACE_BITS = 39;
/** Float64 errs by less than 2^-46 in what is tabulated; edges and thresholds keep this far on the safe side. */
const SLACK = 2 ** -36;

/**
 * A ziggurat of 256 layers of exactly one area V over f(x) = e^{−x²/2}, x ≥ 0 (after Marsaglia and Tsang 2000), such
 * that nothing hangs on how well its numbers were rounded. Given are the edges e_i (multiples of 2^-40), the thresholds
 * t_i (whole) and the height h_1 (float64); **from these numbers as they are** follow
 *
 *     R = e_0 t_0 2^-39,  V = e_0 h_1,  h_{i+1} = h_i + V/e_i            as real numbers, not as float64.
 *
 * Layer i ≥ 1 is the box [0, e_i) × [h_i, h_{i+1}). Layer 0 is the box [0, R) × [0, h_1) and, for the tail, the boxes
 * [R + n/4, R + (n+1)/4) × [0, g 2^-n), n = 0, 1, …, g = 2 h_1 (e_0 − R): together V. The layers do not overlap, and they
 * cover the area under f, since f(e_i) ≤ h_i, h_256 ≥ 1, and f(R + n/4) ≤ f(R) 2^-n ≤ g 2^-n (R/4 > ln 2). A place
 * below t_i is under the curve whatever the height, since f(e_i t_i 2^-39) ≥ h_{i+1} and f(R) ≥ h_1.
 * `ziggurat.test.ts` proves each inequality in whole numbers.
 */
export interface Ziggurat {
  /** e_i */
  readonly edge: Float64Array;
  /** t_i, in 2^-39 of e_i */
  readonly threshold: Float64Array;
  /** h_i, rounded; height[1] is exact */
  readonly height: Float64Array;
  /** R, rounded */
  readonly tailStart: number;
  /** g, rounded */
  readonly tailHeight: number;
}

export const ZIGGURAT: Ziggurat = makeZiggurat();

function makeZiggurat(): Ziggurat {
  const density = (x: number) => Math.exp(-0.5 * x * x);
  const inverse = (h: number) => (h < 1 ? Math.sqrt(-2 * Math.log(h)) : 0);
  const roundedUp = (x: number) => Math.ceil(x * 2 ** EDGE_BITS) * 2 ** -EDGE_BITS;
  const edge = new Float64Array(LAYERS);
  const threshold = new Float64Array(LAYERS);
  const height = new Float64Array(LAYERS + 1);
  height[1] = density(TAIL_START) * (1 - 2 ** -30);
  edge[0] = roundedUp(TAIL_START + 0.5 * (1 + 2 ** -29));
  threshold[0] = Math.floor((TAIL_START / edge[0]) * 2 ** PLACE_BITS);
  const area = edge[0] * height[1];
  for (let i = 1; i < LAYERS; i += 1) {
    const low = height[i] as number;
    const width = roundedUp(inverse(low) * (1 + SLACK));
    const high = low + area / width;
    edge[i] = width;
    height[i + 1] = high;
    threshold[i] = Math.floor(((inverse(high) * (1 - SLACK)) / width) * 2 ** PLACE_BITS);
  }
  const tailStart = edge[0] * threshold[0] * 2 ** -PLACE_BITS;
  return { edge, threshold, height, tailStart, tailHeight: 2 * height[1] * (edge[0] - tailStart) };
}

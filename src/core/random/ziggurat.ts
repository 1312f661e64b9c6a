import { exponential, type RandomSource, uniform } from './random-source.ts';

/** Right end R of the ziggurat of 256 layers of area V under e^{−x²/2} (Marsaglia and Tsang 2000; Doornik 2005). */
const TAIL_START = 3.6541528853610088;
const LAYER_AREA = 0.0049286732339746519;
export const LAYERS = 256;

/**
 * The ziggurat: layer i reaches from 0 to edge[i] and from height[i] to height[i + 1]; layer 0 is the base with the tail,
 * edge[0] = V/f(R) its equivalent width. `width[i]` is edge[i] 2^-53.
 */
export interface Ziggurat {
  readonly edge: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
}

export const ZIGGURAT: Ziggurat = makeZiggurat();

function makeZiggurat(): Ziggurat {
  const density = (x: number) => Math.exp(-0.5 * x * x);
  const edge = new Float64Array(LAYERS + 1);
  const height = new Float64Array(LAYERS + 1);
  edge[0] = LAYER_AREA / density(TAIL_START);
  edge[1] = TAIL_START;
  for (let i = 1; i < LAYERS; i += 1) {
    height[i] = density(edge[i] as number);
    const next = LAYER_AREA / (edge[i] as number) + (height[i] as number);
    edge[i + 1] = i < LAYERS - 1 ? Math.sqrt(-2 * Math.log(next)) : 0;
  }
  height[LAYERS] = 1;
  return { edge, height, width: edge.map((x) => x * 2 ** -53) };
}

/**
 * Fills `out` with independent standard normals, two words each in all but 1.2 % of cases: the noise that privacy rests on.
 *
 * A layer is chosen by 8 bits, the sign by one, the place in it by 53: within a layer the values are equidistant, at most
 * 4.4e-16 apart, and the probability of an interval of width Δ is met to a relative 4.4e-16/Δ. Beyond R the tail is exact
 * (Marsaglia 1964), from exponentials that are resolved at both ends: it is not cut off. `released-sum.ts` says what that
 * means for the mechanism.
 */
export function fillMechanismNoise(source: RandomSource, out: Float64Array): void {
  for (let k = 0; k < out.length; k += 1) out[k] = drawNormal(source);
}

function drawNormal(source: RandomSource): number {
  const { edge, width, height } = ZIGGURAT;
  for (;;) {
    const first = source.uint32();
    const second = source.uint32();
    const layer = first & 255;
    const sign = (first & 256) === 0 ? 1 : -1;
    const x = (second * 2 ** 21 + (first >>> 11)) * (width[layer] as number);
    if (x < (edge[layer + 1] as number)) return sign * x;
    if (layer === 0) return sign * drawTail(source);
    const low = height[layer] as number;
    const level = low + uniform(source) * ((height[layer + 1] as number) - low);
    if (level < Math.exp(-0.5 * x * x)) return sign * x;
  }
}

/** |x| given |x| > R. */
function drawTail(source: RandomSource): number {
  for (;;) {
    const beyond = exponential(source) / TAIL_START;
    if (2 * exponential(source) > beyond * beyond) return TAIL_START + beyond;
  }
}

import * as v from 'valibot';
import { type JsonFailure, type JsonLimits, parseSafeJson } from '../codebook/safe-json.ts';
import { textProblem } from '../codebook/safe-text.ts';
import { fail, type Result, succeed } from '../result.ts';
import { certify, reverify } from './certify.ts';
import { LEDGER_FORMAT, LEDGER_VERSION, type LedgerFile, type LedgerRelease } from './ledger-format.ts';
import { PARAMETER_RANGES } from './parameter-range.ts';

/** What was read: entries whose ε was claimed too small are there with the certified one, and are counted. */
export interface ReadLedger extends LedgerFile {
  readonly corrected: number;
}

export type LedgerFileFailure =
  | JsonFailure
  | { readonly kind: 'not-a-ledger' }
  | { readonly kind: 'unknown-version'; readonly found: string }
  /** An entry lacks something or holds what no release of this page could have. */
  | { readonly kind: 'invalid-entry'; readonly path: string }
  | { readonly kind: 'twice-the-same-id'; readonly id: string };

const MOST_RELEASES = 500;
const LIMITS: JsonLimits = { length: 1_000_000, depth: 6, values: 20_000 };

const { noiseMultiplier, samplingRate, steps, delta, epsilon } = PARAMETER_RANGES;
const within = ({ smallest, largest }: { readonly smallest: number; readonly largest: number }) =>
  v.pipe(v.number(), v.finite(), v.minValue(smallest), v.maxValue(largest));
const plainText = v.pipe(
  v.string(),
  v.maxLength(300),
  v.check((text) => textProblem(text) === null),
);
const identity = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z-]{8,64}$/));
const day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));
const tableName = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const release = v.strictObject({
  id: identity,
  startedOn: day,
  table: tableName,
  label: plainText,
  site: v.nullable(plainText),
  mechanism: v.strictObject({
    noiseMultiplier: within(noiseMultiplier),
    samplingRate: within(samplingRate),
    steps: v.pipe(within(steps), v.integer()),
  }),
  delta: within(delta),
  epsilonUpper: v.pipe(v.number(), v.finite(), v.minValue(0)),
  note: v.exactOptional(plainText),
});

const file = v.strictObject({
  format: v.literal(LEDGER_FORMAT),
  version: v.literal(LEDGER_VERSION),
  exportedOn: day,
  caps: v.record(tableName, v.strictObject({ epsilon: within(epsilon), delta: within(delta) })),
  releases: v.pipe(v.array(release), v.maxLength(MOST_RELEASES)),
});

/**
 * Reads somebody's ledger file: hostile until proven. The cost of every entry is computed anew from its noise, rate and
 * steps, so that a claim cannot make a release cheaper than it was.
 */
export function readLedgerFile(text: string): Result<ReadLedger, LedgerFileFailure> {
  const parsed = parseSafeJson(text, LIMITS);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== LEDGER_FORMAT) {
    return fail({ kind: 'not-a-ledger' });
  }
  if (!('version' in value) || value.version !== LEDGER_VERSION) {
    return fail({
      kind: 'unknown-version',
      found: String('version' in value ? value.version : '').slice(0, 40),
    });
  }
  const checked = v.safeParse(file, value);
  if (!checked.success) {
    return fail({ kind: 'invalid-entry', path: v.getDotPath(checked.issues[0]) ?? '' });
  }
  const seen = new Set<string>();
  const releases: LedgerRelease[] = [];
  let corrected = 0;
  for (const [i, entry] of checked.output.releases.entries()) {
    if (seen.has(entry.id)) return fail({ kind: 'twice-the-same-id', id: entry.id });
    seen.add(entry.id);
    const claim = { parameters: entry.mechanism, cost: entry };
    const confirmed = reverify(claim);
    const certified = confirmed.ok ? confirmed : certify(entry.mechanism, entry.delta);
    if (!certified.ok) return fail({ kind: 'invalid-entry', path: `releases.${i}` });
    if (!confirmed.ok) corrected += 1;
    releases.push({
      ...entry,
      epsilonUpper: Math.max(entry.epsilonUpper, certified.value.cost.epsilonUpper),
    });
  }
  return succeed({ releases, caps: checked.output.caps, corrected });
}

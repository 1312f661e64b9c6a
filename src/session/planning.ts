import type { Codebook } from '../core/codebook/codebook.ts';
import { paperPreset, shortPreset } from '../core/inference/presets.ts';
import type { TradeOffPoint } from '../core/privacy/meaning.ts';
import { type Result, succeed } from '../core/result.ts';
import type { SynthesisRequest } from '../core/synthesis/synthesizer.ts';
import { declaredWeights } from './declared-weights.ts';
import { judgePlan } from './ledger.ts';
import { readNumber } from './read-number.ts';
import type { PrivacyForm } from './records.ts';
import type { FieldFailure } from './state.ts';
import type { Store } from './store.ts';
import { declaredRows, wayToMakeTwins } from './way-to-make-twins.ts';

/** From what was typed to a question the accountant can answer. */
function planRequest(store: Store): Result<SynthesisRequest, FieldFailure> | null {
  const { privacyForm, codebook } = store.state;
  // N stands in the bundle: no plan before a person says that it may be known, or has it counted with noise.
  const rowCount = declaredRows(privacyForm, codebook);
  if (codebook.codebook === null || rowCount === null) return null;
  const epsilon = readNumber('epsilon', privacyForm.epsilon, { above: 0, atMost: 50 });
  if (!epsilon.ok) return epsilon;
  const delta = readNumber('delta', privacyForm.delta, { above: 0, below: 1 });
  if (!delta.ok) return delta;
  const way = wayToMakeTwins(privacyForm, codebook.codebook);
  if (way === 'noisy-marginals') {
    const weights = declaredWeights(privacyForm, codebook.codebook);
    return succeed({
      method: 'noisy-marginals',
      codebook: codebook.codebook,
      rowCount,
      epsilon: epsilon.value,
      delta: delta.value,
      ...(weights && { weights }),
      pairs: pairsOf(privacyForm, codebook.codebook),
      selection: { count: privacyForm.selectedPairs ?? 0 },
    });
  }
  if (rowCount === 'noisy') return null;
  const { outcome } = codebook.codebook;
  const most = outcome.kind === 'binary' ? { below: 1 } : { atMost: outcome.maximum };
  const rate = readNumber('eventRateGuess', privacyForm.eventRateGuess, { above: 0, ...most });
  if (!rate.ok) return rate;
  const preset = way === 'paper' ? paperPreset : shortPreset;
  return succeed({
    method: 'dpvi',
    codebook: codebook.codebook,
    rowCount,
    settings: preset(outcome, rate.value),
    epsilon: epsilon.value,
    delta: delta.value,
  });
}

function pairsOf({ pairs = [] }: PrivacyForm, { variables }: Codebook) {
  const names = new Set(variables.map(({ name }) => name));
  return pairs.filter((pair) => pair.every((name) => names.has(name))).map((pair) => ({ variables: pair }));
}

/** Calibrates σ and estimates the time; nothing is drawn and no budget is spent. */
export async function planFor(store: Store): Promise<void> {
  const request = planRequest(store);
  if (request === null) {
    store.cancel('plan');
    store.update({ plan: { kind: 'none' } });
    return;
  }
  if (!request.ok) {
    store.cancel('plan');
    store.update({ plan: { kind: 'refused', failure: request.failure } });
    return;
  }
  store.update({ plan: { kind: 'calculating' } });
  const signal = store.begin('plan');
  // An answer counts only while somebody waits for it: an edited codebook sets the plan back to none.
  const isAwaited = () => !signal.aborted && store.state.plan.kind === 'calculating';
  const planned = await store.ports.jobs.plan(request.value, {
    signal,
    onForecast: (forecast) => {
      if (isAwaited())
        store.update({ plan: { kind: 'ready', ...forecast, tradeOff: { kind: 'calculating' } } });
    },
  });
  if (isAwaited() && !planned.ok) store.update({ plan: { kind: 'refused', failure: planned.failure } });
  else if (isAwaited() && planned.ok) {
    const { forecast, tradeOff } = planned.value;
    store.update({ plan: { kind: 'ready', ...forecast, tradeOff: { kind: 'ready', points: tradeOff } } });
  } else if (!signal.aborted) explain(store, planned.ok ? planned.value.tradeOff : null);
  if (!signal.aborted && store.state.plan.kind === 'ready') await judgePlan(store);
}

/** Adds the attacker's error rates to the plan that already shows; without them the plan stays as it is. */
function explain(store: Store, points: readonly TradeOffPoint[] | null): void {
  const { plan } = store.state;
  if (plan.kind !== 'ready' || plan.tradeOff.kind !== 'calculating') return;
  const tradeOff =
    points === null ? ({ kind: 'not-available' } as const) : ({ kind: 'ready', points } as const);
  store.update({ plan: { ...plan, tradeOff } });
}

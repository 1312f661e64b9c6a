import type { CalibrationTarget } from '../../core/privacy/certify.ts';
import type { LedgerFileFailure, ReadLedger } from '../../core/privacy/ledger-file.ts';
import type { CertifiedCost, CertifiedMechanism, SubsampledGaussian } from '../../core/privacy/mechanism.ts';
import type { Result } from '../../core/result.ts';
import type { SynthesisPlanFailure, SynthesisRequest } from '../../core/synthesis/synthesizer.ts';
import type { ExplainedForecast, Forecast } from '../../session/ports.ts';

/** Decides everything before anything runs. Sees public numbers only, never a row. */
export interface PlanningContract {
  /** Reports the forecast as soon as it is known; the best attacker's error rates take longer. */
  plan(
    request: SynthesisRequest,
    reportForecast: (forecast: Forecast) => void,
  ): Promise<Result<ExplainedForecast, SynthesisPlanFailure>>;
  totalCost(
    mechanisms: readonly SubsampledGaussian[],
    delta: number,
  ): Result<CertifiedCost, { readonly kind: 'total-not-certified' }>;
  /** Null where nothing fits. */
  largestNext(
    before: readonly SubsampledGaussian[],
    cap: CalibrationTarget,
  ): Result<CertifiedMechanism | null, never>;
  readLedger(text: string): Result<ReadLedger, LedgerFileFailure>;
}

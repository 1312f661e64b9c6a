import type { PlanFailure, PlanRequest } from '../../core/inference/plan.ts';
import type { CertifiedCost, SubsampledGaussian } from '../../core/privacy/mechanism.ts';
import type { Result } from '../../core/result.ts';
import type { Forecast } from '../../session/ports.ts';

/** Decides everything before anything runs. Sees public numbers only, never a row. */
export interface PlanningContract {
  plan(request: PlanRequest): Promise<Result<Forecast, PlanFailure>>;
  totalCost(
    mechanisms: readonly SubsampledGaussian[],
    delta: number,
  ): Result<CertifiedCost, { readonly kind: 'total-not-certified' }>;
}

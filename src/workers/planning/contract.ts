import type { PlanFailure, PlanRequest, TrainingPlan } from '../../core/inference/plan.ts';
import type { CertifiedCost, SubsampledGaussian } from '../../core/privacy/mechanism.ts';
import type { Result } from '../../core/result.ts';

/** Decides everything before anything runs. Sees public numbers only, never a row. */
export interface PlanningContract {
  plan(
    request: PlanRequest,
  ): Promise<Result<{ readonly plan: TrainingPlan; readonly expectedMs: number }, PlanFailure>>;
  totalCost(
    mechanisms: readonly SubsampledGaussian[],
    delta: number,
  ): Result<CertifiedCost, { readonly kind: 'total-not-certified' }>;
}

import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import type { Result } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import type { MachineNote, TrainingRefused } from '../../session/ports.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** One training. The noise key is drawn and dies inside the worker; progress counts steps, nothing else. */
export interface TrainingContract {
  train(
    table: CodedTable,
    plan: TrainingPlan,
    report: ReportProgress,
  ): Promise<Result<{ readonly posterior: Posterior; readonly machine: MachineNote }, TrainingRefused>>;
}
